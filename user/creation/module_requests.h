/* SPDX-License-Identifier: GPL-2.0 */
/* The modules that were asked for during a creation. */
#ifndef CREATION_MODULE_REQUESTS_H
#define CREATION_MODULE_REQUESTS_H

#include "creation/tree.h"
#include "text/buffer.h"

/* index is that of a module in tree->record, 0 .. nr_modules - 1. */

/* The call of __request_module() that asked for the module, or NULL where that is not observed. */
const struct span *modules__load(const struct tree *tree, int index);

/* The stage that wanted the module. */
const struct span *modules__asker(const struct tree *tree, int index);

/* Whether the task might have loaded it by itself: it has CAP_SYS_MODULE over the whole system. */
bool modules__is_privileged(const struct wire_module *module);

/*
 * Appends what __request_module()'s result says: "modprobe: status 0" (which need not mean that it
 * has loaded anything), "modprobe: signal 9" or an error's name.
 */
void modules__add_result(struct buffer *buffer, __s32 ret);

#endif /* CREATION_MODULE_REQUESTS_H */
