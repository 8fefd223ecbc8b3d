// SPDX-License-Identifier: GPL-2.0
#include "trace/priority.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "text/log.h"

#define HIGHEST (-20) /* nice value */

void priority__raise(struct priority *priority)
{
	int before;

	/* -1 is a valid nice value, so errno tells whether getpriority() has failed. */
	errno = 0;
	before = getpriority(PRIO_PROCESS, 0);
	if (errno || setpriority(PRIO_PROCESS, 0, HIGHEST)) {
		log_verbose("the reader's priority stays as it is: %s", strerror(errno));
		return;
	}
	priority->before = before;
	priority->raised = true;
}

void priority__restore(const struct priority *priority)
{
	if (priority->raised && setpriority(PRIO_PROCESS, 0, priority->before))
		log_verbose("cannot lower the priority again: %s", strerror(errno));
}
