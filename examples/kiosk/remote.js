// The keys of a kiosk's keyboard, if it has one. Escape closes the window in Electron; a browser in kiosk mode stays open.

const remote = {
  exit() {
    window.close();
  },
};
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") remote.exit();
});
