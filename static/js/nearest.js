/* The order by distance from the reader. The browser asks for consent, and only after a tap; about 100 m are kept of the position, in the
   address alone. Without this script a place is chosen from a list. */
for (const button of document.querySelectorAll("[data-nearest]")) {
  const said = button.closest("details").querySelector("[role=status]");
  const refused = () => { button.disabled = false; said.textContent = say("This device did not say where it is. Choose a place instead."); };
  button.addEventListener("click", () => {
    if (!navigator.geolocation) { refused(); return; }
    button.disabled = true;
    said.textContent = say("Asking this device where it is");
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const address = new URL(button.dataset.nearest, location.origin);
      address.searchParams.set("near", `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`);
      address.searchParams.set("sort", "near");
      location.assign(address);
    }, refused, { maximumAge: 600_000, timeout: 10_000 });
  });
}
