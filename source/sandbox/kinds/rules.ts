import type {Cause} from '../api-error.ts';
import {quote} from '../json.ts';
import type {Json} from '../store.ts';

// The words below are the API server's own: scripts and people look for them.

export function required(field: string, why = ''): Cause {
	return {reason: 'FieldValueRequired', message: `Required value${why && `: ${why}`}`, field};
}

export function invalidValue(field: string, value: unknown, why: string): Cause {
	return {reason: 'FieldValueInvalid', message: `Invalid value: ${quote(value)}: ${why}`, field};
}

export function unsupported(field: string, value: unknown, supported: readonly string[]): Cause {
	const list = supported.map(quote).join(', ');
	return {
		reason: 'FieldValueNotSupported',
		message: `Unsupported value: ${quote(value)}: supported values: ${list}`,
		field,
	};
}

export function duplicate(field: string, value: unknown): Cause {
	return {reason: 'FieldValueDuplicate', message: `Duplicate value: ${quote(value)}`, field};
}

export function forbiddenField(field: string, why: string): Cause {
	return {reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field};
}

export function immutable(field: string, value: unknown): Cause {
	return invalidValue(field, value, 'field is immutable');
}

const label1123 = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain1123 = `${label1123}(\\.${label1123})*`;
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValue = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';

function matches(pattern: string, value: string): boolean {
	return new RegExp(`^${pattern}$`).test(value);
}

function tooLong(value: string, most: number): string | undefined {
	return value.length > most ? `must be no more than ${most} bytes` : undefined;
}

/** What keeps a text from being an RFC 1123 subdomain; undefined if it is one. */
export function subdomainProblem(value: string): string | undefined {
	if (matches(subdomain1123, value)) return tooLong(value, 253);
	return `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomain1123}')`;
}

/** What keeps a text from being an RFC 1123 label; undefined if it is one. */
export function labelProblem(value: string): string | undefined {
	if (matches(label1123, value)) return tooLong(value, 63);
	return `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label1123}')`;
}

function keyProblem(key: string): string | undefined {
	const slash = key.indexOf('/');
	const name = key.slice(slash + 1);
	if (slash === 0) return 'prefix part must be non-empty';
	if (slash > 0) {
		const problem = subdomainProblem(key.slice(0, slash));
		if (problem) return `prefix part ${problem}`;
	}
	if (name === '') return 'name part must be non-empty';
	if (name.length > 63) return 'name part must be no more than 63 bytes';
	if (matches(qualified, name)) return undefined;
	return `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${qualified}')`;
}

function labelValueProblem(value: string): string | undefined {
	if (value.length > 63) return 'must be no more than 63 bytes';
	if (matches(labelValue, value)) return undefined;
	return `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${labelValue}')`;
}

/** The rules for label maps. */
export function checkLabels(labels: Record<string, string> | undefined, field: string): Cause[] {
	const causes: Cause[] = [];
	for (const [key, value] of Object.entries(labels ?? {})) {
		const key1 = keyProblem(key);
		if (key1) causes.push(invalidValue(field, key, key1));
		const value1 = labelValueProblem(value);
		if (value1) causes.push(invalidValue(field, value, value1));
	}
	return causes;
}

/** The rules for metadata that hold for every kind. */
export function checkMetadata(metadata: Json, nameRule: (name: string) => string | undefined): Cause[] {
	const causes: Cause[] = [];
	if (!metadata.name) causes.push(required('metadata.name', 'name or generateName is required'));
	else {
		const problem = nameRule(metadata.name);
		if (problem) causes.push(invalidValue('metadata.name', metadata.name, problem));
	}
	causes.push(...checkLabels(metadata.labels, 'metadata.labels'));
	let size = 0;
	for (const [key, value] of Object.entries<string>(metadata.annotations ?? {})) {
		const problem = keyProblem(key.toLowerCase());
		if (problem) causes.push(invalidValue('metadata.annotations', key, problem));
		size += key.length + value.length;
	}
	if (size > 256 * 1024) {
		causes.push({
			reason: 'FieldValueTooLong',
			message: 'Too long: may not be more than 262144 bytes',
			field: 'metadata.annotations',
		});
	}
	for (const [index, finalizer] of (metadata.finalizers ?? []).entries()) {
		if (keyProblem(finalizer))
			causes.push(invalidValue(`metadata.finalizers[${index}]`, finalizer, keyProblem(finalizer)!));
	}
	for (const [index, owner] of (metadata.ownerReferences ?? []).entries()) {
		for (const key of ['apiVersion', 'kind', 'name', 'uid']) {
			if (!owner[key])
				causes.push(invalidValue(`metadata.ownerReferences[${index}].${key}`, '', `${key} must not be empty`));
		}
	}
	return causes;
}

/** A whole number that must not be negative. */
export function checkNotNegative(value: number | undefined, field: string): Cause[] {
	return value !== undefined && value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : [];
}

export function checkPort(value: unknown, field: string): Cause[] {
	const fine = typeof value === 'number' && value >= 1 && value <= 65_535;
	return fine ? [] : [invalidValue(field, value, 'must be between 1 and 65535, inclusive')];
}

/** The rules for a LabelSelector. */
export function checkSelector(selector: Json, field: string): Cause[] {
	const causes = checkLabels(selector?.matchLabels, `${field}.matchLabels`);
	for (const [index, expression] of (selector?.matchExpressions ?? []).entries()) {
		const at = `${field}.matchExpressions[${index}]`;
		const values: string[] = expression.values ?? [];
		if (expression.operator === 'In' || expression.operator === 'NotIn') {
			if (values.length === 0)
				causes.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
		} else if (expression.operator === 'Exists' || expression.operator === 'DoesNotExist') {
			if (values.length > 0) {
				causes.push(
					forbiddenField(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
				);
			}
		} else causes.push(invalidValue(`${at}.operator`, expression.operator ?? '', 'not a valid selector operator'));
		const problem = keyProblem(expression.key ?? '');
		if (problem) causes.push(invalidValue(`${at}.key`, expression.key ?? '', problem));
	}
	return causes;
}

const percent = /^[0-9]+%$/;

/** A whole number or a percentage that must not be negative. */
export function checkIntOrPercent(value: unknown, field: string): Cause[] {
	if (typeof value === 'number') return checkNotNegative(value, field);
	if (typeof value === 'string' && !percent.test(value)) {
		return [
			invalidValue(
				field,
				value,
				"a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
			),
		];
	}
	return [];
}
