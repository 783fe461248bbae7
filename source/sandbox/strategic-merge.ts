import {ApiError} from './api-error.ts';
import {clone, equal, isRecord} from './json.ts';
import {type Field, type Fields, fieldsOf, type Shape} from './schema/schema.ts';
import type {Json} from './store.ts';

const orderPrefix = '$setElementOrder/';
const deletePrefix = '$deleteFromPrimitiveList/';

/** A value the way Go prints a map, as the real server's errors do. */
export function goText(value: Json): string {
	if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
	if (!isRecord(value)) return value === null ? '<nil>' : String(value);
	const entries = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
	return `map[${entries.map((key) => `${key}:${goText(value[key])}`).join(' ')}]`;
}

function fail(message: string): ApiError {
	return new ApiError(500, '', message);
}

function childFields(shape: Shape | undefined): Fields | undefined {
	return shape?.is === 'object' ? fieldsOf(shape.name) : undefined;
}

function elementShape(shape: Shape | undefined): Shape | undefined {
	return shape?.is === 'list' || shape?.is === 'map' ? shape.of : undefined;
}

function mergeRecords(base: Json, patch: Record<string, Json>, shape: Shape | undefined, retain: boolean): Json {
	const {$patch: directive, $retainKeys: kept, ...content} = patch;
	if (directive === 'replace') return clone(content);
	if (directive === 'delete') return {};
	if (directive !== undefined && directive !== 'merge') {
		throw fail(`unknown patch type: ${directive} in map: ${goText(patch)}`);
	}
	const result: Record<string, Json> = isRecord(base) ? {...base} : {};
	if (retain && Array.isArray(kept)) for (const key of Object.keys(result)) if (!kept.includes(key)) delete result[key];
	const fields = childFields(shape);
	for (const [key, value] of Object.entries(content)) {
		if (key.startsWith(orderPrefix) || key.startsWith(deletePrefix)) continue;
		const field = fields?.get(key);
		if (value === null) delete result[key];
		else if (isRecord(value)) {
			result[key] = mergeRecords(result[key], value, field?.shape ?? elementShape(shape), field?.retainKeys ?? false);
		} else if (Array.isArray(value) && field?.mergeKey !== undefined) {
			result[key] = mergeLists(result[key], value, field, content[orderPrefix + key]);
		} else result[key] = clone(value);
	}
	for (const [key, value] of Object.entries(content)) {
		if (key.startsWith(deletePrefix)) dropPrimitives(result, key.slice(deletePrefix.length), value);
		else if (key.startsWith(orderPrefix)) reorder(result, key.slice(orderPrefix.length), value, fields);
	}
	return result;
}

function dropPrimitives(target: Record<string, Json>, key: string, gone: Json): void {
	const list: Json = target[key];
	if (Array.isArray(list) && Array.isArray(gone)) target[key] = list.filter((item) => !gone.includes(item));
}

/** Brings a list into the order that kubectl asks for; items it does not name keep their places behind. */
function reorder(target: Record<string, Json>, key: string, order: Json, fields: Fields | undefined): void {
	const list: Json = target[key];
	const mergeKey = fields?.get(key)?.mergeKey;
	if (!Array.isArray(list) || !Array.isArray(order) || mergeKey === undefined) return;
	const place = (item: Json) => {
		const index = order.findIndex((one) => (mergeKey ? equal(one?.[mergeKey], item?.[mergeKey]) : one === item));
		return index < 0 ? order.length : index;
	};
	target[key] = list.toSorted((a, b) => place(a) - place(b));
}

function mergeLists(base: Json, patch: Json[], field: Field, order: Json): Json[] {
	const list: Json[] = Array.isArray(base) ? [...base] : [];
	const {mergeKey} = field;
	if (patch.some((item) => isRecord(item) && item['$patch'] === 'replace')) {
		return clone(patch.filter((item) => item?.$patch !== 'replace'));
	}
	if (!mergeKey) return [...list, ...patch.filter((item) => !list.includes(item))];
	const added: Json[] = [];
	for (const item of patch) {
		if (!isRecord(item)) throw fail('Unable to find api field in struct for the json field');
		if (item[mergeKey] === undefined) {
			throw fail(`map: ${goText(item)} does not contain declared merge key: ${mergeKey}`);
		}
		const index = list.findIndex((one) => equal(one?.[mergeKey], item[mergeKey]));
		if (item['$patch'] === 'delete') {
			if (index >= 0) list.splice(index, 1);
			continue;
		}
		const merged = mergeRecords(index < 0 ? undefined : list[index], item, elementShape(field.shape), false);
		if (index < 0) added.push(merged);
		else list[index] = merged;
	}
	// Without a given order, new items come first, as the real server has them.
	return order === undefined ? [...added, ...list] : [...list, ...added];
}

/**
 * A document of `type` with a strategic merge patch applied: lists with a merge key are merged item by item, `$patch`,
 * `$retainKeys`, `$setElementOrder` and `$deleteFromPrimitiveList` work.
 */
export function strategicMerge(type: string, document: Json, patch: Record<string, Json>): Json {
	return mergeRecords(document, patch, {is: 'object', name: type}, false);
}
