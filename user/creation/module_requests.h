/* SPDX-License-Identifier: GPL-2.0 */
/* The modules that the kernel requested during a creation. */
#ifndef CREATION_MODULE_REQUESTS_H
#define CREATION_MODULE_REQUESTS_H

#include "creation/tree.h"
#include "text/buffer.h"

/* In all functions index is that of a module in tree->record, 0 .. nr_modules - 1. */

/*
 * Return the call of __request_module() that requested the module, or NULL if that function is not
 * observed.
 */
const struct span *modules__request(const struct tree *tree, int index);

/* Return the stage that wanted the module: the caller of __request_module(). */
const struct span *modules__requester(const struct tree *tree, int index);

/*
 * Return whether the task could have loaded the module by itself: it has CAP_SYS_MODULE in the
 * initial user namespace.
 */
bool modules__is_privileged(const struct wire_module *module);

/*
 * Append what the result of __request_module() means: "modprobe: status 0" (which does not prove
 * that a module was loaded), "modprobe: signal 9", or the name of an error.
 */
void modules__add_result(struct buffer *buffer, __s32 ret);

#endif /* CREATION_MODULE_REQUESTS_H */
