#!/usr/bin/env node
// The one file that is not TypeScript: it must run, and speak, on any Node there is. So it is written as Node.js 10 reads it:
// with a newer word in it (await out here, ?.) an old one would show a syntax error instead of the sentence.
// It turns on the compile cache before the bundle is parsed (about a third of the start-up), then hands over.
const needed = [22, 19];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
	process.stderr.write(
		`rolldeck needs Node.js ${needed.join('.')} or newer, and this is ${process.versions.node}: install a newer one, or run it with \`npx --package=node@24 --package=rolldeck rolldeck\`.\n`,
	);
	process.exitCode = 2;
} else {
	void import('node:module').then(({enableCompileCache}) => {
		enableCompileCache();
		return import('./cli.js');
	});
}
