start(deviceCodeFlow, { needsWebAssembly: false });
