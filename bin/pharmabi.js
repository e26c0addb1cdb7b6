#!/usr/bin/env node
// Plain JavaScript that any Node can read, so that an old one gets a sentence and not a syntax error.
var version = process.versions.node.split('.').map(Number);
if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  process.stderr.write(
    'error[node-version]: pharmabi needs Node 20.19 or newer, and this is Node ' +
      process.versions.node +
      '.\n  next: install a current Node from https://nodejs.org, or run `nvm install 20`\n',
  );
  process.exitCode = 2;
} else {
  // Until the program listens itself, a signal ends it as it will later: nothing was begun.
  ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((signal) => {
    process.on(signal, () => process.exit(130));
  });
  import('../dist/program/main.js')
    .then((program) => program.main())
    .catch((error) => {
      process.stderr.write(
        'error[internal]: pharmabi could not be loaded (' + (error.code || error) + ').\n  next: npm ci\n',
      );
      process.exitCode = 5;
    });
}
