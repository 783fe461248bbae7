/** One field that was refused, as `details.causes` of a Status carries it. */
export interface Cause {
	reason: string;
	message: string;
	field?: string;
}

/** `details` of a `v1` Status. */
export interface StatusDetails {
	name?: string;
	group?: string;
	kind?: string;
	uid?: string;
	causes?: Cause[];
	retryAfterSeconds?: number;
}

/** A refusal of the API, with everything its `v1` Status says. */
export class ApiError extends Error {
	/** The HTTP status code. */
	readonly code: number;
	/** The machine-readable reason, such as `NotFound`. */
	readonly reason: string;
	readonly details?: StatusDetails;

	constructor(code: number, reason: string, message: string, details?: StatusDetails) {
		super(message);
		this.code = code;
		this.reason = reason;
		if (details) this.details = details;
	}

	/** The `v1` Status object a client receives. */
	status(): Record<string, unknown> {
		return {
			kind: 'Status',
			apiVersion: 'v1',
			metadata: {},
			status: 'Failure',
			message: this.message,
			...(this.reason && {reason: this.reason}),
			...(this.details && {details: this.details}),
			code: this.code,
		};
	}
}

/** What an error is about: `resource` in plural, as the real server's messages have it. */
export interface Subject {
	group: string;
	resource: string;
	name?: string;
}

function qualified(subject: Subject): string {
	return subject.group ? `${subject.resource}.${subject.group}` : subject.resource;
}

function detailsOf(subject: Subject): StatusDetails {
	return {
		...(subject.name && {name: subject.name}),
		...(subject.group && {group: subject.group}),
		kind: subject.resource,
	};
}

/** 404 for an object that is not there. */
export function notFound(subject: Subject): ApiError {
	return new ApiError(404, 'NotFound', `${qualified(subject)} "${subject.name ?? ''}" not found`, detailsOf(subject));
}

/** 409 for a name that is taken. */
export function alreadyExists(subject: Subject): ApiError {
	return new ApiError(
		409,
		'AlreadyExists',
		`${qualified(subject)} "${subject.name ?? ''}" already exists`,
		detailsOf(subject),
	);
}

/** 409 for a write that was made from an older version, or for another object of the same name. */
export function conflict(subject: Subject, why: string): ApiError {
	return new ApiError(
		409,
		'Conflict',
		`Operation cannot be fulfilled on ${qualified(subject)} "${subject.name ?? ''}": ${why}`,
		detailsOf(subject),
	);
}

/** The text of every conflict over a resourceVersion. */
export const modified = 'the object has been modified; please apply your changes to the latest version and try again';

/** 403, by admission or by access rules. */
export function forbidden(subject: Subject, why: string, causes?: Cause[]): ApiError {
	const about = subject.name ? ` "${subject.name}"` : '';
	return new ApiError(403, 'Forbidden', `${qualified(subject)}${about} is forbidden: ${why}`, {
		...detailsOf(subject),
		...(causes && {causes}),
	});
}

/** 400 for a request that cannot be understood. */
export function badRequest(message: string): ApiError {
	return new ApiError(400, 'BadRequest', message);
}

/** 422 for an object whose fields break the rules. `kind` is the object's kind, not its resource. */
export function invalid(group: string, kind: string, name: string, causes: Cause[]): ApiError {
	const texts = causes.map((cause) => (cause.field ? `${cause.field}: ${cause.message}` : cause.message));
	const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
	return new ApiError(422, 'Invalid', `${group ? `${kind}.${group}` : kind} "${name}" is invalid: ${list}`, {
		...(name && {name}),
		...(group && {group}),
		...(kind && {kind}),
		causes,
	});
}
