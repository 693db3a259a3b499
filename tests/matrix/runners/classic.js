start(deviceCodeFlow);
