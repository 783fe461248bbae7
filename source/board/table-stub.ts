import type {KubeObject} from '../objects.ts';
export interface Table<O> {
	sort: {column: string; descending: boolean};
	filter: string;
	size: number;
	total: number;
	upsert(o: O): void;
	remove(uid: string): void;
	replaceAll(o: readonly O[]): void;
	setSort(c: string, d: boolean): void;
	setFilter(t: string): void;
	window(s: number, n: number): readonly O[];
	indexOf(uid: string): number;
}
export function createTable(options: any): Table<KubeObject> {
	let list: KubeObject[] = [];
	const t: any = {
		sort: options.sort,
		filter: '',
		get size() {
			return list.length;
		},
		get total() {
			return list.length;
		},
		upsert(o: KubeObject) {
			const i = list.findIndex((x) => x.metadata.uid === o.metadata.uid);
			if (i >= 0) list[i] = o;
			else list.push(o);
		},
		remove(uid: string) {
			list = list.filter((x) => x.metadata.uid !== uid);
		},
		replaceAll(o: readonly KubeObject[]) {
			list = [...o];
		},
		setSort(column: string, descending: boolean) {
			t.sort = {column, descending};
		},
		setFilter(f: string) {
			t.filter = f;
		},
		window: (s: number, n: number) => list.slice(s, s + n),
		indexOf: (uid: string) => list.findIndex((x) => x.metadata.uid === uid),
	};
	return t;
}
