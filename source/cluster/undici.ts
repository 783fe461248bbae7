// Imported by name here, and this file dynamically: bundled, a dynamic import of a CommonJS package has no names.
export {buildConnector, Pool} from 'undici';
