// SPDX-License-Identifier: GPL-2.0
#include "creation/why_modules.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "creation/module_requests.h"
#include "text/put.h"

#define ERESTARTSYS 512 /* include/linux/errno.h */

static char *put_name(char *at, const struct tree *tree, int index)
{
	const struct wire_module *module = &wire_record__modules(tree->record)[index];

	return put__bytes(at, module->name, strnlen(module->name, WIRE_MODULE_LEN));
}

/* Return the call that requested a module if the span is its caller and it has returned, or NULL.
 */
static const struct span *finished_request(const struct tree *tree, int span, int index)
{
	const struct span *request = modules__request(tree, index);

	if (!request || !request->complete || modules__requester(tree, index) != &tree->spans[span])
		return NULL;
	return request;
}

static bool was_interrupted(__s32 ret)
{
	return ret == -EINTR || ret == -ERESTARTSYS || (ret > 0 && WIFSIGNALED(ret));
}

int why_modules__interrupted(const struct tree *tree, int span)
{
	int i;

	for (i = 0; i < tree->record->nr_modules; i++) {
		const struct span *request = finished_request(tree, span, i);

		if (request && was_interrupted(request->ret))
			return i;
	}
	return -1;
}

char *why_modules__put_interrupted(char *at, const struct tree *tree, int index)
{
	__s32 ret = modules__request(tree, index)->ret;

	at = put__string(at, "no module ");
	at = put_name(at, tree, index);
	at = put__string(at, " was loaded: ");
	if (ret < 0)
		return put__string(at, "the task was interrupted while it waited for it");
	at = put__string(at, "signal ");
	at = put__u64(at, (__u64)WTERMSIG(ret));
	return put__string(at, " ended modprobe");
}

/* Write what to do about modules for which modprobe has ended without an error. */
static char *put_advice(char *at, const struct tree *tree, int span)
{
	int i, nr = 0;

	for (i = 0; i < tree->record->nr_modules; i++) {
		const struct span *request = finished_request(tree, span, i);

		if (!request || request->ret)
			continue;
		at = put__string(at, nr++ ? ", modprobe -nv "
					  : ", though modprobe ended without an error: the "
					    "module is blacklisted or absent, or has no such "
					    "sockets; see modprobe -nv ");
		at = put_name(at, tree, i);
	}
	return at;
}

char *why_modules__put_missing(char *at, const struct tree *tree, int span)
{
	int i, nr = 0;

	for (i = 0; i < tree->record->nr_modules; i++) {
		if (modules__requester(tree, i) != &tree->spans[span])
			continue;
		at = put__string(at, nr++ ? ", " : "; no module ");
		at = put_name(at, tree, i);
	}
	return nr ? put_advice(put__string(at, " brought it"), tree, span) : at;
}
