/** The methods that rolldeck uses. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** `list pods in shop`, from the parts of a path: /api/V or /apis/G/V, namespaces/N, plural, name, subresource. */
export function describeRequest({method = 'GET', path}: {method?: Method; path: string}): string {
	const [root, ...rest] = path.slice(1).split('/').map(decodeURIComponent);
	const parts = root === 'api' ? rest.slice(1) : root === 'apis' ? rest.slice(2) : [];
	const namespace = parts[0] === 'namespaces' && parts.length > 2 ? parts[1] : undefined;
	const [plural, name, subresource] = namespace === undefined ? parts : parts.slice(2);
	if (plural === undefined) {
		return `${method === 'GET' ? 'read' : method.toLowerCase()} ${path}`;
	}
	const verbs = {
		GET: name === undefined ? 'list' : 'read',
		POST: 'create',
		PUT: 'change',
		PATCH: 'change',
		DELETE: 'delete',
	};
	const object = `${subresource === undefined ? '' : `${subresource} of `}${plural}${name === undefined ? '' : `/${name}`}`;
	return `${verbs[method]} ${object}${namespace === undefined ? '' : ` in ${namespace}`}`;
}
