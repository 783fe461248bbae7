import {oneLine} from './words.ts';

/** Why an image cannot be pulled. */
export interface PullProblem {
	readonly short: string;
	readonly why: string;
	readonly advice: string;
	readonly needsPerson: boolean;
}

const fixImage = 'fix the image, or go back (u)';

/** Reasons that speak for themselves. */
const byReason: Readonly<Record<string, PullProblem>> = {
	InvalidImageName: {short: 'image name malformed', why: 'its name is malformed', advice: fixImage, needsPerson: true},
	ErrImageNeverPull: {
		short: 'image not on the node',
		why: 'it is not on the node, and pulling is switched off (imagePullPolicy Never)',
		advice: fixImage,
		needsPerson: true,
	},
	ImageInspectError: {
		short: 'image unreadable',
		why: 'the node cannot read it',
		advice: 'look at the node',
		needsPerson: true,
	},
	SignatureValidationFailed: {
		short: 'image signature refused',
		why: 'its signature is not accepted',
		advice: fixImage,
		needsPerson: true,
	},
	RegistryUnavailable: {
		short: 'registry unreachable',
		why: 'the registry does not answer',
		advice: 'look at the registry and the network of the node',
		needsPerson: false,
	},
};

/** What runtimes and registries write, by what a person has to do. The texts differ from one to the next. */
const byText: readonly (readonly [RegExp, PullProblem])[] = [
	[
		/toomanyrequests|too many requests|rate limit|\b429\b/i,
		{
			short: 'registry rate limit',
			why: 'the registry limits how often one may pull',
			advice: 'wait, or pull with a login of your own',
			needsPerson: false,
		},
	],
	[
		/unauthorized|authentication required|access (?:to the resource is )?denied|\bdenied\b|forbidden|\b40[13]\b|no basic auth/i,
		{
			short: 'image pull refused',
			why: 'the registry refuses the login',
			advice: 'check the pull secret, and that the image exists',
			needsPerson: true,
		},
	],
	[
		/no match for platform|no matching manifest|exec format/i,
		{
			short: 'image not for this CPU',
			why: "there is none for the node's architecture",
			advice: fixImage,
			needsPerson: true,
		},
	],
	[
		/not found|manifest unknown|does not exist|no such image|name unknown|repository .* unknown/i,
		{short: 'image not found', why: 'not found', advice: fixImage, needsPerson: true},
	],
	[
		/no such host|time(?:d )?out|i\/o timeout|deadline exceeded|x509|connection refused|unreachable|reset by peer|\beof\b|tls/i,
		{
			short: 'registry unreachable',
			why: 'the registry cannot be reached',
			advice: 'look at the registry and the network of the node',
			needsPerson: false,
		},
	],
];

/**
 * What hinders a pull, from the reason a container waits for, its message, and the newest event about it (older kubelets say
 * the cause there only). ErrImagePull and ImagePullBackOff take turns and are one. Undefined where no pull fails.
 */
export function explainPull(
	reason: string | undefined,
	message: string | undefined,
	event: string | undefined,
): PullProblem | undefined {
	if (reason === undefined) return undefined;
	const known = byReason[reason];
	if (known) return known;
	if (reason !== 'ErrImagePull' && reason !== 'ImagePullBackOff') return undefined;
	for (const text of [message, event]) {
		const found = text && byText.find(([pattern]) => pattern.test(text));
		if (found) return found[1];
	}
	return {short: 'image pull fails', why: oneLine(message || event || reason), advice: fixImage, needsPerson: false};
}
