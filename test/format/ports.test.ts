import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {shortImage} from '../../source/format/image.ts';
import {firstFew, hostPort, mappedPorts, servicePorts} from '../../source/format/ports.ts';

suite('ports', () => {
	test('of a host, with IPv6 in brackets', () => {
		assert.equal(hostPort('10.0.0.1', 80), '10.0.0.1:80');
		assert.equal(hostPort('fd00::1', 80), '[fd00::1]:80');
		assert.equal(hostPort('10.0.0.1', undefined), '10.0.0.1');
	});

	test('of a Service', () => {
		assert.equal(servicePorts([{port: 80}, {port: 443, nodePort: 30_443, protocol: 'UDP'}]), '80/TCP,443:30443/UDP');
		assert.equal(servicePorts([]), undefined);
	});

	test('and what they lead to: by number, by a name the slices resolve, by a name they do not', () => {
		const http = {name: 'http', port: 80, targetPort: 'web'};
		assert.equal(mappedPorts([{port: 80, targetPort: 8080}], []), '80→8080');
		assert.equal(mappedPorts([http], [{name: 'http', port: 8080}]), '80→8080');
		assert.equal(mappedPorts([http], [{name: 'admin', port: 9000}]), '80→web');
		assert.equal(mappedPorts([{port: 80}, {name: 'dns', port: 53, protocol: 'UDP'}], []), '80,53/UDP');
		assert.equal(mappedPorts([http], [], {ascii: true}), '80->web');
		assert.equal(mappedPorts(undefined, []), undefined);
	});

	test('the first few of a list', () => {
		assert.equal(firstFew(['a', 'b', 'c'], 3), 'a,b,c');
		assert.equal(firstFew(['a', 'b', 'c', 'd', 'e'], 3), 'a,b,c + 2 more...');
	});
});

suite('shortImage', () => {
	const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
	for (const [image, short] of [
		['web', 'web'],
		['registry.example/shop/web:1.4.2', 'web:1.4.2'],
		['registry.example:5000/web', 'web'],
		[`registry.example/web@${digest}`, 'web@0123456'],
		[`registry.example/web:1.4.2@${digest}`, 'web:1.4.2@0123456'],
		['', ''],
	] as const) {
		test(JSON.stringify(image), () => assert.equal(shortImage(image), short));
	}
});
