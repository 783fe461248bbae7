import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {type LiveDeck, openDeck} from '../support/cluster-deck.ts';
import {eventually, makePlace, type Place, revisionOf} from '../support/cluster-place.ts';
import {essenceOf, numbered} from '../support/twins.ts';

function imageOf({spec}: {spec: {template: {spec?: {containers: {image?: string}[]}}}}): string | undefined {
	return spec.template.spec?.containers[0]?.image;
}

suite('undo', {concurrency: true}, () => {
	test('in the middle of a rollout, with pods still running, and forward again', async (t) => {
		const place = await makePlace(t, 'undo');
		await place.deploy('web', {replicas: 4});
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await place.setGatedImage('web', 'web:2.0');
		await deck.shows(/ 2 new +2 +0 +0 +web:2\.0/);
		await deck.shows(/ 1 old +3 +3 +0 +web:1\.0/);

		await deck.press('u');
		await deck.shows(/1 +\d+s +…\w+ +web:1\.0 +3 pods still running/);
		await deck.shows(/enter go back to 1/);
		await deck.press('enter');
		await deck.shows(/web: back at 1, complete (in|at once)/);
		await deck.shows(/^▸ web +4\/4 +3 +✓ complete/m);
		assert.equal(imageOf(await place.deployment('web')), 'web:1.0');

		await deck.press('u');
		await deck.shows(/forward/);
		await deck.shows(/enter go back to 2/);
		await deck.press('enter');
		await deck.shows(/^▸ web .* 4 +↻ rolling 0\/4/m);
		for (let served = 0; served < 4; served++) await place.letServe('web', 1);
		await deck.shows(/^▸ web +4\/4 +4 +✓ complete/m);
		assert.equal(imageOf(await place.deployment('web')), 'web:2.0');
	});

	test('after the deadline has passed', async (t) => {
		const place = await makePlace(t, 'deadline');
		await place.deploy('web', {replicas: 2, spec: {progressDeadlineSeconds: 3}});
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await place.setImage('web', 'web:missing');
		await deck.shows(/Kubernetes keeps trying/);
		const {status} = await place.deployment('web');
		assert.ok(status?.conditions?.some(({reason}) => reason === 'ProgressDeadlineExceeded'));
		await deck.press('u');
		await deck.shows(/enter go back to 1/);
		await deck.press('enter');
		await deck.shows(/web: back at 1, complete (in|at once)/);
		await deck.shows(/^▸ web +2\/2 +3 +✓ complete/m);
	});

	test('is refused, with a sentence, where there is nothing to go back to, where it is there already, and while paused', async (t) => {
		const place = await makePlace(t, 'refused');
		const before = await place.deploy('web', {replicas: 1});
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await deck.press('u');
		await deck.shows(/There is nothing to go back to/);
		await deck.press('enter', 'esc');
		await deck.hides(/Undo web/);
		await place.setImage('web', 'web:2.0');
		await deck.shows(/^▸ web +1\/1 +2 +✓ complete/m);

		await deck.type(':undo 2\r');
		await deck.shows(/The present template is that of revision 2 already/);
		await deck.press('enter', 'esc');
		await deck.hides(/Undo web/);

		await place.change('web', {spec: {paused: true}});
		await deck.shows(/= paused/);
		await deck.press('u');
		await deck.shows(/web is paused, .* resume it first/);
		await deck.press('enter', 'esc');
		const after = await place.deployment('web');
		assert.equal(
			after.metadata.generation,
			(before.metadata.generation ?? 0) + 2,
			'only what the test itself has changed',
		);
		assert.deepEqual(deck.audits, []);
	});
});

suite('undo, beside kubectl on a twin', {concurrency: true}, () => {
	/** Behind it in the alphabet, so that `web` stays the first row. */
	const twins = ['web', 'web-kubectl'] as const;
	const undoBoth = async (deck: LiveDeck, place: Place, target: number) => {
		await deck.press('u');
		await deck.shows(new RegExp(`enter go back to ${target}`));
		await deck.press('enter');
		await place.kubectl('rollout', 'undo', `deployment/${twins[1]}`);
	};

	test('in the middle and twice in a row, without waiting for the first to end', async (t) => {
		const place = await makePlace(t, 'twice');
		await Promise.all(
			twins.map(async (name) => {
				await place.deploy(name, {replicas: 4});
				await place.setImage(name, 'web:unready');
				await place.sized(name, [2, 3]);
			}),
		);
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await undoBoth(deck, place, 1);
		await Promise.all(twins.map((name) => numbered(place, name, 3)));
		await undoBoth(deck, place, 2);
		await Promise.all(twins.map((name) => numbered(place, name, 4)));
		await Promise.all(twins.map((name) => place.sized(name, [2, 3])));
		const [ours, theirs] = await Promise.all(twins.map((name) => essenceOf(place, name)));
		assert.deepEqual(ours, theirs);
		assert.deepEqual(
			deck.audits.map(({change, outcome}) => `${change} ${outcome}`),
			['2 → 1 applied', '3 → 2 applied'],
		);
	});

	test('after the deadline has passed', async (t) => {
		const place = await makePlace(t, 'late');
		await Promise.all(
			twins.map(async (name) => {
				await place.deploy(name, {replicas: 2, spec: {progressDeadlineSeconds: 3}});
				await place.setImage(name, 'web:missing');
				await eventually(`${name} is out of time`, async () => {
					const {status} = await place.deployment(name);
					return status?.conditions?.some(({reason}) => reason === 'ProgressDeadlineExceeded');
				});
			}),
		);
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await deck.shows(/^. web .* stuck .*image not found/m);
		await undoBoth(deck, place, 1);
		await deck.shows(/web: back at 1, complete/);
		await Promise.all(twins.map((name) => place.sized(name, [2, 0])));
		const [ours, theirs] = await Promise.all(twins.map((name) => essenceOf(place, name)));
		assert.deepEqual(ours, theirs);
	});

	test('while somebody else changes the template: what is there now is undone, and asked for anew', async (t) => {
		const place = await makePlace(t, 'others');
		await Promise.all(
			twins.map(async (name) => {
				await place.deploy(name, {replicas: 2});
				await place.setImage(name, 'web:2.0');
				await place.rolledOut(name);
			}),
		);
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await deck.press('u');
		await deck.shows(/enter go back to 1/);
		await Promise.all(twins.map((name) => place.setImage(name, 'web:3.0')));
		await Promise.all(twins.map((name) => numbered(place, name, 3)));
		await deck.shows(/web:3\.0 → web:2\.0[^]*enter go back to 2/);
		await deck.press('enter');
		await place.kubectl('rollout', 'undo', `deployment/${twins[1]}`);
		await deck.shows(/web: back at 2, complete/);
		await Promise.all(twins.map((name) => place.sized(name, [2, 0, 0])));
		const [ours, theirs] = await Promise.all(twins.map((name) => essenceOf(place, name)));
		assert.deepEqual(ours, theirs);
	});
});

suite('restart, pause and resume', {concurrency: true}, () => {
	test("restart is kubectl's, and undo goes back behind it", async (t) => {
		const place = await makePlace(t, 'restart');
		await place.deploy('web', {replicas: 2});
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await deck.press('r');
		await deck.shows(/enter restart/);
		await deck.press('enter');
		await deck.shows(/web: restarted, complete (in|at once)/);
		await deck.shows(/^▸ web +2\/2 +2 +✓ complete/m);
		const {spec} = await place.deployment('web');
		assert.match(
			spec.template.metadata?.annotations?.['kubectl.kubernetes.io/restartedAt'] ?? '',
			/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/,
		);
		assert.match(await place.kubectl('rollout', 'history', 'deployment/web'), /^2 /m);
		await deck.press('u');
		await deck.shows(/enter go back to 1/);
		await deck.press('enter');
		await deck.shows(/^▸ web +2\/2 +3 +✓ complete/m);
		assert.equal((await place.deployment('web')).spec.template.metadata?.annotations, undefined);
	});

	test('a change waits while paused, and rolls out with resume', async (t) => {
		const place = await makePlace(t, 'pause');
		await place.deploy('web', {replicas: 2});
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await deck.press('p');
		await deck.shows(/enter pause/);
		await deck.press('enter');
		await deck.shows(/web: paused/);
		assert.equal((await place.deployment('web')).spec.paused, true);
		await place.setImage('web', 'web:2.0');
		await deck.shows(/= paused, template changed/);
		assert.equal((await place.replicaSets('web')).length, 1);
		await deck.press('p');
		await deck.shows(/enter resume/);
		await deck.press('enter');
		await deck.shows(/web: resumed/);
		await deck.shows(/^▸ web +2\/2 +2 +✓ complete/m);
		const resumed = await eventually('the controller has numbered it', async () => {
			const found = await place.deployment('web');
			return revisionOf(found) === 2 && found;
		});
		assert.equal(resumed.spec.paused, undefined);
	});
});
