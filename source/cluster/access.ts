import type {Connection} from './connection.ts';

/** May I do this? Of the core group `group` is ''. */
export interface AccessQuery {
	readonly verb: string;
	readonly group: string;
	readonly resource: string;
	readonly subresource?: string;
	/** Left out: in all namespaces. */
	readonly namespace?: string;
	readonly name?: string;
}

export type Access = 'yes' | 'no' | 'unknown';

async function review(connection: Connection, query: AccessQuery): Promise<Access> {
	const {status} = await connection.request<{status?: {allowed?: boolean; evaluationError?: string}}>({
		method: 'POST',
		path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
		body: {
			apiVersion: 'authorization.k8s.io/v1',
			kind: 'SelfSubjectAccessReview',
			spec: {resourceAttributes: query},
		},
		what: 'ask what this user may do',
	});
	if (status?.allowed === true) {
		return 'yes';
	}
	// An authorizer that failed has not said no.
	return status === undefined || status.evaluationError ? 'unknown' : 'no';
}

/**
 * Asks the server beforehand (SelfSubjectAccessReview). A yes or no holds for as long as the connection; `unknown`, where the review
 * itself fails, is asked again the next time and forbids nothing: the server will tell. Never throws.
 */
export function mayI(connection: Connection, query: AccessQuery): Promise<Access> {
	const {verb, group, resource, subresource, namespace, name} = query;
	const key = `may-i ${JSON.stringify([verb, group, resource, subresource, namespace, name])}`;
	const known = connection.memory.get(key) as Promise<Access> | undefined;
	if (known !== undefined) {
		return known;
	}
	const answer = review(connection, query).catch((): Access => 'unknown');
	connection.memory.set(key, answer);
	void answer.then((access) => access === 'unknown' && connection.memory.delete(key));
	return answer;
}
