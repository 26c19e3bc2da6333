// Below a crontab, what it means in words. django-celery-beat's own template says it by an inline script, which the desk's policy forbids.
document.addEventListener("DOMContentLoaded", () => {
  const field = document.getElementById("id_crontab");
  const known = document.getElementById("readable-crontabs");
  const translation = document.querySelector(".field-crontab_translation");
  if (translation) translation.style.display = "none";
  if (!field || !known) return;
  const words = JSON.parse(known.textContent);
  const place = document.getElementById("id_crontab_helptext") ?? field.closest(".field-crontab");
  const line = place.appendChild(document.createElement("div"));
  const say = () => { line.textContent = words[field.value] ? `Translation: ${words[field.value]}` : ""; };
  field.addEventListener("change", say);
  say();
});
