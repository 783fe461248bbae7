import type {Recording} from './recorded.ts';
import {deployment, every, happened, observed, prepared, type Scenario} from './story.ts';

const claim = (spec: object) => ({
	apiVersion: 'v1',
	kind: 'PersistentVolumeClaim',
	metadata: {name: 'data'},
	spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}, ...spec},
});
const disk = {pod: {volumes: [{name: 'data', persistentVolumeClaim: {claimName: 'data'}}]}};
const ofClaim = (reason: string) => (now: Recording) =>
	now.events.some((event) => event.reason === reason && event.involvedObject.kind === 'PersistentVolumeClaim');
const hasNewPod = (now: Recording) =>
	now.pods.some(({metadata, status}) => !metadata.deletionTimestamp && status?.phase === 'Pending');

/** A second revision wants a disk that does not come. */
function withClaim(name: string, spec: object, reason: string, ...before: object[]): Scenario {
	return {
		async play(stage) {
			await prepared(stage, {}, ...before);
			await stage.apply(claim(spec));
			await stage.apply(deployment({image: '1.1', ...disk}));
			await stage.recordWithGround(
				name,
				await stage.until(every(observed, hasNewPod, ofClaim(reason), happened('FailedScheduling'))),
			);
		},
	};
}

/** What pods stand on: their claims, and the namespace. */
export const groundScenarios: Record<string, Scenario> = {
	'claim-unbound': withClaim('claim-unbound', {}, 'FailedBinding'),
	'claim-failed': withClaim('claim-failed', {storageClassName: 'fastest'}, 'ProvisioningFailed'),
	'claim-making': withClaim('claim-making', {storageClassName: 'objects-slow'}, 'ExternalProvisioning', {
		apiVersion: 'storage.k8s.io/v1',
		kind: 'StorageClass',
		metadata: {name: 'objects-slow'},
		provisioner: 'disks.example.com',
	}),
	'claim-lost': {
		async play(stage) {
			const name = 'objects-claim-lost';
			const volume = {
				apiVersion: 'v1',
				kind: 'PersistentVolume',
				metadata: {name},
				spec: {
					capacity: {storage: '1Gi'},
					accessModes: ['ReadWriteOnce'],
					storageClassName: '',
					hostPath: {path: '/data'},
					claimRef: {namespace: stage.namespace, name: 'data'},
				},
			};
			await prepared(stage, {}, volume, claim({storageClassName: '', volumeName: name}));
			await stage.kubectl('wait', 'pvc/data', '--for=jsonpath={.status.phase}=Bound', '--timeout=60s');
			await stage.kubectl('delete', 'pv', name, '--wait=false');
			await stage.kubectl('patch', 'pv', name, '-p', '{"metadata":{"finalizers":null}}');
			await stage.kubectl('wait', 'pvc/data', '--for=jsonpath={.status.phase}=Lost', '--timeout=60s');
			await stage.apply(deployment({image: '1.1', ...disk}));
			await stage.recordWithGround(
				'claim-lost',
				await stage.until(every(observed, hasNewPod, happened('FailedScheduling'))),
			);
		},
	},
	'namespace-ending': {
		async play(stage) {
			await prepared(stage, {image: 'stubborn', pod: {terminationGracePeriodSeconds: 600}});
			await stage.kubectl('delete', 'namespace', stage.namespace, '--wait=false');
			await stage.recordWithGround(
				'namespace-ending',
				await stage.until((now) => now.pods.every(({metadata}) => metadata.deletionTimestamp !== undefined)),
			);
			await stage.kubectl('delete', 'pods', '--all', '--force', '--grace-period=0', '--wait=false');
		},
	},
};
