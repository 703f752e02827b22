/** Preloaded into a process of the production build: SIGUSR2 blocks its event loop for good. */
process.on('SIGUSR2', function blockedOnDemand() {
  for (;;);
});
