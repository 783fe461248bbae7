// The practice cluster as a process of the screen's: a file of its own, for all that the command line is made of would only take time.
// Its one argument is JSON: SandboxOptions.
import {enableCompileCache} from 'node:module';

enableCompileCache?.();
try {
	const [, , options = '{}'] = process.argv;
	const {runSandbox} = await import('./main.ts');
	await runSandbox(JSON.parse(options));
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exit(2);
}
