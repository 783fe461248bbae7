import {constants} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {inspect} from 'node:util';
import {createAbsence} from './absence.ts';
import {type Connection, connect as openConnection} from './cluster/connection.ts';
import {asksPlugin, type Kubeconfig, needsTerminal} from './cluster/kubeconfig.ts';
import {openLog, stateFolder} from './log.ts';
import type {Options} from './options.ts';
import type {Session, SessionOptions} from './session.ts';
import {realTimers} from './state/store.ts';
import {createInput} from './terminal/input.ts';
import {createOutput} from './terminal/output.ts';
import {ownTerminal} from './terminal/tty.ts';
import {limitYoungGeneration} from './young-generation.ts';

/**
 * Shows the deck on this process's terminal until a person leaves it. Resolves to the exit code; the terminal is then as it
 * was before.
 * @param practice if the kubeconfig is that of the practice cluster: what can happen there, and what to say at first
 */
export async function runApp(
	options: Options,
	kubeconfig: Kubeconfig,
	practice?: {readonly scenarios: SessionOptions['scenarios']; readonly note: string | undefined},
): Promise<number> {
	const folder = stateFolder(process.env);
	const log = openLog(join(folder, 'rolldeck.log'));
	const audit = openLog(join(folder, 'audit.log'));
	const {current} = kubeconfig;
	let session: Session | undefined;
	const connect = (context: string, terminal = false) =>
		openConnection(kubeconfig, {
			context,
			requestTimeoutMs: options.requestTimeoutMs,
			log: log.write,
			terminal,
			tellSignIn: (line) => session?.tellSignIn(line),
		});
	let early: Promise<Connection> | undefined = connect(current.name, needsTerminal(kubeconfig, current.name));
	if (needsTerminal(kubeconfig, current.name)) {
		// A sign-in that asks questions needs the terminal to itself: before the screen is taken, or not at all.
		await early;
	} else {
		// The first question goes out before the screen is loaded, so that the server answers meanwhile. What fails here is told
		// by the watches. A plugin can take long, and runs once there is a screen that says so.
		void early.then((made) => (asksPlugin(kubeconfig, current.name) ? undefined : made.version())).catch(() => {});
		await early.catch(() => {});
	}
	const {startApp} = await import('./app.tsx');
	limitYoungGeneration();
	const timers = realTimers();
	const output = createOutput(ownTerminal(process.stdout), timers);
	const input = createInput(process.stdin, output.answered, () => hangUp());
	const app = startApp({
		options,
		kubeconfig,
		stdin: input,
		stdout: output,
		draw: output.draw,
		colour: options.color && process.env['TERM'] !== 'dumb',
		timers,
		async connect(context) {
			const made = context === current.name ? early : undefined;
			early = undefined; // once left, a context is connected to anew
			return made ?? connect(context);
		},
		...(practice?.scenarios && {scenarios: practice.scenarios}),
		effects: {
			now: Date.now,
			log: log.write,
			audit: (entry) => audit.write(JSON.stringify(entry)),
			drawn: output.drawn,
			settleTerminal: output.hold,
			stopProcess,
			awaySince: createAbsence(Date.now),
		},
	});
	session = app.session;
	if (practice?.note !== undefined) session.say({role: 'waiting', text: practice.note, sticky: true});
	let crash: unknown;
	const crashed = (error: unknown) => {
		if (crash === undefined) app.leave(1);
		crash ??= error;
	};
	// A line that hangs up and a polite kill leave as a person does: the terminal is given back in order.
	const hangUp = () => app.leave(128 + constants.signals.SIGHUP);
	const terminate = () => app.leave(128 + constants.signals.SIGTERM);
	process.on('SIGHUP', hangUp).on('SIGTERM', terminate);
	process.on('uncaughtException', crashed);
	process.on('unhandledRejection', crashed);
	let code = 1;
	try {
		code = await app.ended;
	} catch (error) {
		crash ??= error;
	} finally {
		process.off('SIGHUP', hangUp).off('SIGTERM', terminate);
		output.close();
		process.stdin.destroy();
		process.off('uncaughtException', crashed);
		process.off('unhandledRejection', crashed);
	}
	if (app.session.gate.inFlight)
		process.stderr.write('A change was sent, and its result is not known: look before you try again.\n');
	await endSession(app.session);
	if (crash !== undefined) {
		log.write(inspect(crash));
		process.stderr.write(`rolldeck has stopped because of a fault of its own; what happened is in ${log.path}.\n`);
		return 1;
	}
	return code;
}

function stopProcess(): Promise<void> {
	return new Promise((resolve) => {
		process.once('SIGCONT', () => resolve());
		// The whole group, so that `npm start` around us stops as well and the shell has its prompt back.
		process.kill(0, 'SIGTSTP');
	});
}

/** Closes what is open; a server that does not answer must not keep a person waiting for their prompt. */
async function endSession(session: Session): Promise<void> {
	await Promise.race([session.stop(), new Promise((resolve) => setTimeout(resolve, 300).unref())]);
}
