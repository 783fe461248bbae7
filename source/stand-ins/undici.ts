// @ts-nocheck -- deep paths have no types; who imports `undici` sees those of the package
/**
 * In the bundle, the place of undici: the parts that we use. Its index loads fetch, WebSocket, caches and mocks as well, 20 ms
 * more of start-up.
 */
import request from 'undici/lib/api/api-request.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';

Object.assign(Dispatcher.prototype, {request}); // as the index does, with all the others

export {default as buildConnector} from 'undici/lib/core/connect.js';
export {default as Pool} from 'undici/lib/dispatcher/pool.js';
