import assert from 'node:assert/strict';
import {test} from 'node:test';
import {configPath, parseConfig} from '../../source/options/config.ts';

const parse = (text: string) => parseConfig({path: 'config.yaml', text});

test('it stands where the XDG rules say', () => {
	assert.equal(configPath({}, '/home/jo'), '/home/jo/.config/rolldeck/config.yaml');
	assert.equal(configPath({XDG_CONFIG_HOME: '/settings'}, '/home/jo'), '/settings/rolldeck/config.yaml');
});

test('no file, an empty one and one of comments set nothing', () => {
	for (const file of [undefined, {path: 'config.yaml', text: ''}, {path: 'config.yaml', text: '# none\r\n\n  # yet\n'}])
		assert.deepEqual(parseConfig(file), {contexts: {}});
	assert.deepEqual(parse('contexts:\n'), {contexts: {}});
});

test('all settings', () => {
	const text = 'readOnly: false\nascii: true\ncontexts:\n  a/b: {readOnly: true}\n  prod:\n    confirm: typed\n';
	assert.deepEqual(parse(text), {
		readOnly: false,
		ascii: true,
		contexts: {'a/b': {readOnly: true, confirm: 'enter'}, prod: {readOnly: false, confirm: 'typed'}},
	});
});

const mistakes: readonly (readonly [string, string])[] = [
	['readonly: true', 'config.yaml line 1: readonly is no setting: did you mean readOnly?'],
	['ascii: true\ncolour: x', 'config.yaml line 2: colour is no setting: it may be readOnly, ascii or contexts.'],
	['readOnly: yes', 'config.yaml line 1: readOnly has to be true or false.'],
	['- a', 'config.yaml line 1: it has to be a map of settings.'],
	['\ncontexts: [a]', 'config.yaml line 2: contexts has to be a map of settings.'],
	[
		'contexts:\n  a: {readOnly: true}\n  b:\n    readOnly: true\n    confirm: ask',
		'config.yaml line 5: contexts.b.confirm may be enter or typed.',
	],
	[
		'contexts:\n  a: &x {readOnly: true}\n  b: *x\n  c: 5',
		'config.yaml line 4: contexts.c has to be a map of settings.',
	],
	[
		'readOnly: true\n x: : y',
		'config.yaml line 2 is not YAML that can be read (bad indentation of a mapping entry): mend it, or move it away.',
	],
];
for (const [text, sentence] of mistakes)
	test(sentence, () => assert.throws(() => parse(text), {name: 'UsageError', message: sentence}));
