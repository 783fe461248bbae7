/**
 * What a row or a word means, before any colour: the theme maps each role to a glyph, an ASCII twin and a colour.
 * `ok` all is as wanted · `moving` changing as it should · `waiting` cannot go on by itself yet · `failed` needs a person ·
 * `ending` on its way out · `done` finished, nothing more will happen · `paused` held by a person · `muted` of no interest now.
 */
export type Role = 'ok' | 'moving' | 'waiting' | 'failed' | 'ending' | 'done' | 'paused' | 'muted';
