/* SPDX-License-Identifier: GPL-2.0 */
/* What --state shows, as JSON, in the same words in every format that is JSON. */
#ifndef FORMATS_JSON_JSON_STATE_H
#define FORMATS_JSON_JSON_STATE_H

#include "creation/state_changes.h"
#include "text/json.h"

/*
 * Keys state_before, for what has changed at the span's entry, and state, for what has changed at
 * its exit: an object for each kernel object of which something has, under its name as "sk#1".
 * Nothing where nothing has, and without --state.
 */
void json_state__span(struct json *json, const struct tree *tree, int span);

/* "state_lost": true, where the snapshots of the creation are lost. */
void json_state__loss(struct json *json, const struct tree *tree);

#endif /* FORMATS_JSON_JSON_STATE_H */
