// SPDX-License-Identifier: GPL-2.0
#include "creation/module_requests.h"

#include <linux/capability.h>
#include <stddef.h>
#include <sys/wait.h>

#include "creation/syscall_text.h"
#include "names/names.h"

static const struct span *innermost(const struct tree *tree, int index)
{
	/*
	 * A module's span is an index into the record. It is valid for the tree, too, since all
	 * reconstructed spans come after the calls that can request modules.
	 */
	return &tree->spans[wire_record__modules(tree->record)[index].span];
}

const struct span *modules__request(const struct tree *tree, int index)
{
	const struct span *span = innermost(tree, index);

	return span->stage == STAGE_REQUEST_MODULE ? span : NULL;
}

const struct span *modules__requester(const struct tree *tree, int index)
{
	const struct span *span = innermost(tree, index);

	if (span->stage == STAGE_REQUEST_MODULE && span->parent != TREE_NO_SPAN)
		return &tree->spans[span->parent];
	return span;
}

bool modules__is_privileged(const struct wire_module *module)
{
	return module->capabilities & 1ULL << CAP_SYS_MODULE && !module->in_user_namespace;
}

void modules__add_result(struct buffer *buffer, __s32 ret)
{
	const char *name = ret < 0 ? name_of_error(call__error(ret)) : NULL;

	if (ret >= 0 && WIFEXITED(ret)) {
		buffer__add_string(buffer, "modprobe: status ");
		buffer__add_s64(buffer, WEXITSTATUS(ret));
	} else if (ret > 0) {
		buffer__add_string(buffer, "modprobe: signal ");
		buffer__add_s64(buffer, WTERMSIG(ret));
	} else if (name) {
		buffer__add_string(buffer, name);
	} else {
		buffer__add_s64(buffer, ret);
	}
}
