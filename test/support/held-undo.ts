import assert from 'node:assert/strict';
import type {TestContext} from 'node:test';
import type {Deployment} from '../../source/objects.ts';
import {type LiveDeck, openDeck} from './cluster-deck.ts';
import type {Place} from './cluster-place.ts';
import {openTunnel, type Tunnel} from './cluster-tunnel.ts';
import {numbered} from './twins.ts';

/** An undo that has arrived, and whose answer does not come back. */
export interface HeldUndo {
	readonly deck: LiveDeck;
	/** Lets nothing through that the server answers. */
	readonly tunnel: Tunnel;
	/** The Deployment as it was before. */
	readonly before: Deployment;
}

/** Makes a Deployment `web` at its second revision. */
export async function atSecondRevision(place: Place): Promise<Deployment> {
	await place.deploy('web', {replicas: 2});
	await place.setImage('web', 'web:2.0');
	return place.rolledOut('web');
}

/** Undoes such a Deployment from a deck behind a tunnel that holds the answer; the controller has followed by then. */
export async function holdUndo(test: TestContext, place: Place): Promise<HeldUndo> {
	const before = await atSecondRevision(place);
	const tunnel = await openTunnel(test);
	const deck = await openDeck(test, {flags: ['-n', place.name], kubeconfig: tunnel.kubeconfig});
	await deck.press('u');
	await deck.shows(/enter go back to 1/);
	tunnel.holdAnswers();
	await deck.press('enter');
	await numbered(place, 'web', 3);
	assert.ok(deck.app.session.gate.inFlight);
	return {deck, tunnel, before};
}
