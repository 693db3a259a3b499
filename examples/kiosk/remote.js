// The keys of a kiosk: a keyboard, or none. Electron's shell closes the window; a browser in kiosk mode cannot.

const remote = {
  exit() {
    window.close();
  },
};
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") remote.exit();
});
