import {exitCodes} from '../exit.ts';
import {type Flag, flags, type Subcommand, subcommands, variableOf} from './table.ts';

/**
 * The whole of `--help`, made from the tables that parsing uses.
 * @param program What the person typed to start it: `rolldeck` or `kubectl rolldeck`.
 */
export function helpText(program: string): string {
	const shown: readonly Flag[] = flags;
	const commands: readonly Subcommand[] = subcommands;
	const sections = Map.groupBy(
		shown.filter(({only}) => only),
		({only = []}) => (only.length > 1 ? `${only.slice(0, -1).join(', ')} and ${only.at(-1)}` : only.join('')),
	);
	return `${program} shows the Deployments of a Kubernetes cluster as they roll, and scales, restarts and undoes them.

Usage
${columns([
	[`${program} [flags]`, 'the live screen'],
	[`${program} deployment/NAME [flags]`, 'the same, on one Deployment'],
	...commands.map(({usage, help}) => [`${program} ${usage} [flags]`, help] as const),
])}

KIND is deployments, replicasets, pods, endpoints, services, endpointslices, ingresses, horizontalpodautoscalers,
poddisruptionbudgets, events or namespaces, or one of their short names.

Flags
${columns(shown.filter(({only}) => !only).map(flagLine))}
${[...sections].map(([names, own]) => `\nFlags of ${names}\n${columns(own.map(flagLine))}\n`).join('')}
Most flags may also be set by variables, e.g. ${variableOf('read-only')}=1, ${variableOf('namespace')}=shop.
Settings that stay are read from $XDG_CONFIG_HOME/rolldeck/config.yaml (~/.config/rolldeck/config.yaml):
  readOnly: true, ascii: true, contexts.NAME.readOnly: true, contexts.NAME.confirm: typed

Exit codes
${columns(Object.entries(exitCodes))}
`;
}

function flagLine({name, short, value, optionalValue, help}: Flag): readonly [string, string] {
	const argument = value === undefined ? '' : optionalValue ? `[=${value}]` : ` ${value}`;
	return [`${short ? `-${short}, ` : '    '}--${name}${argument}`, help];
}

function columns(lines: readonly (readonly [string, string])[]): string {
	const width = Math.max(...lines.map(([left]) => left.length));
	return lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}
