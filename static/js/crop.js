/* Shows how a picture that is to be uploaded will be cut to 16:9. The server cuts it; without this script it does so unseen. */
(() => {
  for (const form of document.querySelectorAll("[data-crop]")) {
    const file = form.elements.picture, focus = form.elements.focus, canvas = form.querySelector("[data-crop-shown]");
    let picture = null;
    const draw = () => {
      canvas.hidden = !picture;
      if (!picture) return;
      const width = Math.min(picture.width, Math.round(picture.height * 16 / 9)), height = Math.min(picture.height, Math.round(picture.width * 9 / 16));
      const part = Number(focus.value) / 100;
      canvas.getContext("2d").drawImage(picture, (picture.width - width) * part, (picture.height - height) * part, width, height, 0, 0, canvas.width, canvas.height);
    };
    file.addEventListener("change", async () => {
      try { picture = file.files[0] ? await createImageBitmap(file.files[0]) : null; } catch { picture = null; /* no picture: the server says why */ }
      draw();
    });
    focus.addEventListener("input", draw);
  }
})();
