// SPDX-License-Identifier: GPL-2.0
#include "kernel/time_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text/log.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080 /* include/uapi/linux/sched.h, since 5.6 */
#endif

void time_namespace__enter(void)
{
	struct stat own, of_children;
	int fd;

	if (stat("/proc/self/ns/time", &own) ||
	    stat("/proc/self/ns/time_for_children", &of_children) ||
	    own.st_ino == of_children.st_ino)
		return;
	fd = open("/proc/self/ns/time_for_children", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (setns(fd, CLONE_NEWTIME))
		log_verbose("the children's time namespace cannot be entered");
	close(fd);
}
