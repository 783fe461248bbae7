import {mappedPorts} from '../format/ports.ts';
import {formatLabels} from '../format/selector.ts';
import type {Service} from '../objects.ts';
import {type Link, type Moment, moment} from './moments.ts';
import {reference} from './reference.ts';

/**
 * A Service that sends elsewhere now: it was made or removed, or has another selector or other ports. As `seen.ts`; who did it is not
 * kept of a Service.
 */
export function seenOfService(before: Service | undefined, after: Service | undefined, at: number): Moment[] {
	const present = after ?? before;
	if (!present) return [];
	const changes = before && after ? changesOf(before, after) : [before ? 'removed' : `made, ${wordsOf(present)}`];
	if (changes.length === 0) return [];
	const link: Link = {actor: 'somebody', text: `Service ${present.metadata.name} ${changes.join(', ')}`};
	return [moment(link, at, reference(present, 'Service'))];
}

function changesOf(before: Service, after: Service): string[] {
	const [selectors, ports] = [
		[before, after].map(({spec}) => formatLabels(spec.selector) ?? 'none'),
		[before, after].map(portsOf),
	];
	return [
		...(selectors[0] === selectors[1] ? [] : [`selector ${selectors.join(' → ')}`]),
		...(ports[0] === ports[1] ? [] : [`ports ${ports[0]}, now ${ports[1]}`]),
	];
}

function wordsOf(service: Service): string {
	return `selector ${formatLabels(service.spec.selector) ?? 'none'}, ports ${portsOf(service)}`;
}

function portsOf({spec}: Service): string {
	return mappedPorts(spec.ports, []) ?? 'none';
}
