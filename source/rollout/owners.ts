import type {Deployment, HorizontalPodAutoscaler} from '../objects.ts';

/** Somebody else who writes to a Deployment, and what that means for a change by hand. */
export interface Owner {
	readonly name: string;
	readonly kind: 'gitops' | 'package' | 'operator';
	/** The rest of the sentence that begins with the name. */
	readonly does: string;
}

const putsBack = 'manages this Deployment and may put its own version back: change it at the source, too.';

/** Managers whose writes come from a pipeline rather than from a hand, by the beginning of their names. */
const pipelines =
	/^(?:github|gitlab|jenkins|tekton|spinnaker|circleci|buildkite|azure-?(?:devops|pipelines)|argo-?workflow|terraform|pulumi|ansible|skaffold|flagger|harness)/i;

/**
 * Who owns a Deployment beside the person at the keys, told from labels, annotations, owner references and field managers
 * (reference 5.4).
 */
export function owners(deployment: Deployment): Owner[] {
	const {labels = {}, annotations = {}, ownerReferences = [], managedFields = []} = deployment.metadata;
	const managers = managedFields.flatMap(({manager, subresource}) =>
		manager && subresource !== 'status' ? [manager] : [],
	);
	const wrote = (pattern: RegExp) => managers.some((manager) => pattern.test(manager));
	const found: Owner[] = [];

	const application =
		annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? labels['argocd.argoproj.io/instance'];
	if (application !== undefined || wrote(/^argocd/)) {
		found.push({
			name: application ? `Argo CD (application ${application})` : 'Argo CD',
			kind: 'gitops',
			does: putsBack,
		});
	}
	const kustomization = labels['kustomize.toolkit.fluxcd.io/name'];
	const fluxRelease = labels['helm.toolkit.fluxcd.io/name'];
	if (kustomization !== undefined || fluxRelease !== undefined || wrote(/^kustomize-controller|^helm-controller/)) {
		const what = kustomization ? ` (kustomization ${kustomization})` : fluxRelease ? ` (release ${fluxRelease})` : '';
		found.push({name: `Flux${what}`, kind: 'gitops', does: putsBack});
	}
	const release = annotations['meta.helm.sh/release-name'];
	if (found.length === 0 && (release !== undefined || labels['app.kubernetes.io/managed-by'] === 'Helm')) {
		found.push({
			name: release ? `Helm (release ${release})` : 'Helm',
			kind: 'package',
			does: 'installed this Deployment: its next upgrade sets its own version, and knows nothing of this change.',
		});
	}
	for (const {kind, name, controller} of ownerReferences) {
		if (controller)
			found.push({
				name: `${kind} ${name}`,
				kind: 'operator',
				does: 'owns this Deployment: its operator may put its own version back.',
			});
	}
	const pipeline = managers.find((manager) => pipelines.test(manager));
	if (pipeline)
		found.push({
			name: pipeline,
			kind: 'package',
			does: 'has written to this Deployment before: its next run sets its own version.',
		});
	return found;
}

/** The autoscaler whose target this Deployment is. */
export function autoscalerOf(
	deployment: Deployment,
	autoscalers: readonly HorizontalPodAutoscaler[] | undefined,
): HorizontalPodAutoscaler | undefined {
	return autoscalers?.find(
		({metadata, spec: {scaleTargetRef: target}}) =>
			metadata.namespace === deployment.metadata.namespace &&
			target.kind === 'Deployment' &&
			target.name === deployment.metadata.name &&
			(target.apiVersion === undefined || target.apiVersion.startsWith('apps/')),
	);
}

/** The owners as sentences, the autoscaler among them. */
export function ownerSentences(
	deployment: Deployment,
	autoscalers: readonly HorizontalPodAutoscaler[] | undefined,
): string[] {
	const sentences = owners(deployment).map(({name, does}) => `${name} ${does}`);
	const autoscaler = autoscalerOf(deployment, autoscalers);
	if (autoscaler) {
		const {minReplicas = 1, maxReplicas} = autoscaler.spec;
		const off = (deployment.spec.replicas ?? 1) === 0;
		sentences.push(
			off
				? `Autoscaler ${autoscaler.metadata.name} is off while the Deployment is scaled to 0.`
				: `Autoscaler ${autoscaler.metadata.name} keeps ${minReplicas} to ${maxReplicas} replicas.`,
		);
	}
	return sentences;
}
