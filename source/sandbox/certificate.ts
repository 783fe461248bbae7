import {generateKeyPairSync, randomBytes, sign} from 'node:crypto';

// kubectl sends a bearer token over TLS alone, so the sandbox needs a certificate; Node can make keys but no certificates. What
// follows writes the few DER structures (X.690, RFC 5280) that a self-signed one consists of.

const sequence = 0x30;
const set = 0x31;
const integer = 0x02;
const bitString = 0x03;
const octetString = 0x04;
const objectId = 0x06;
const utf8 = 0x0c;
const generalizedTime = 0x18;

function der(tag: number, ...parts: Buffer[]): Buffer {
	const content = Buffer.concat(parts);
	const size = content.length;
	const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
	return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

/** An object identifier, given in dots. */
function oid(text: string): Buffer {
	const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
	const bytes = [first * 40 + second];
	for (const arc of rest) {
		const groups = [arc & 0x7f];
		for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
		bytes.push(...groups);
	}
	return der(objectId, Buffer.from(bytes));
}

function time(milliseconds: number): Buffer {
	const text = `${new Date(milliseconds).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
	return der(generalizedTime, Buffer.from(text));
}

function extension(id: string, value: Buffer): Buffer {
	return der(sequence, oid(id), der(octetString, value));
}

function pem(label: string, bytes: Buffer): string {
	const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
	return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** A key and the certificate for 127.0.0.1 that it signs itself, both in PEM. Valid for ten years from the day before `now`. */
export function selfSigned(now: number): {key: string; certificate: string} {
	const {privateKey, publicKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'});
	const algorithm = der(sequence, oid('1.2.840.10045.4.3.2'));
	const commonName = der(sequence, oid('2.5.4.3'), der(utf8, Buffer.from('rolldeck sandbox')));
	const name = der(sequence, der(set, commonName));
	const day = 86_400_000;
	const serial = randomBytes(8);
	serial[0] = 0x40 | (serial[0]! & 0x3f);
	const loopback = Buffer.from([0x87, 4, 127, 0, 0, 1]);
	const extensions = [
		extension('2.5.29.17', der(sequence, loopback)),
		// A certificate authority, for it stands in the clients' list of them.
		extension('2.5.29.19', der(sequence, Buffer.from([0x01, 1, 0xff]))),
		// digitalSignature and keyCertSign
		extension('2.5.29.15', der(bitString, Buffer.from([2, 0x84]))),
		extension('2.5.29.37', der(sequence, oid('1.3.6.1.5.5.7.3.1'))),
	];
	const body = der(
		sequence,
		der(0xa0, der(integer, Buffer.from([2]))),
		der(integer, serial),
		algorithm,
		name,
		der(sequence, time(now - day), time(now + 3650 * day)),
		name,
		publicKey.export({type: 'spki', format: 'der'}),
		der(0xa3, der(sequence, ...extensions)),
	);
	const signature = sign('sha256', body, privateKey);
	const certificate = der(sequence, body, algorithm, der(bitString, Buffer.from([0]), signature));
	return {
		key: privateKey.export({type: 'pkcs8', format: 'pem'}),
		certificate: pem('CERTIFICATE', certificate),
	};
}
