// SPDX-License-Identifier: GPL-2.0
#include "options/filter_values.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "kernel/net_namespaces.h"
#include "names/names.h"
#include "names/uid.h"
#include "text/log.h"
#include "text/number.h"

#define MAX_UID	  0xfffffffeU /* the one above stands for "none" */
#define MAX_INODE 0xffffffffU /* namespaces have 32-bit inode numbers */

static enum options_result parse_number(const char *option, const char *text, __u64 min, __u64 max,
					__u32 *value)
{
	__u64 number;

	if (!number__parse(text, min, max, &number)) {
		log_error("%s: \"%s\" is not a number from %llu to %llu", option, text, min, max);
		return OPTIONS_USAGE;
	}
	*value = (__u32)number;
	return OPTIONS_RUN;
}

static enum options_result parse_task(const char *option, const char *text, __u32 *value)
{
	return parse_number(option, text, 1, INT_MAX, value);
}

static enum options_result parse_uid(const char *option, const char *text, __u32 *value)
{
	__u64 number;

	if (number__parse(text, 0, MAX_UID, &number)) {
		*value = (__u32)number;
		return OPTIONS_RUN;
	}
	if (user__find(text, value))
		return OPTIONS_RUN;
	if (isdigit((unsigned char)text[0]) || text[0] == '-' || text[0] == '+')
		return parse_number(option, text, 0, MAX_UID, value);
	log_error("no user \"%s\"", text);
	return OPTIONS_ERROR;
}

/* How the names of one kind are taken. */
struct name_kind {
	const char *what;
	bool (*parse)(const char *text, int *value);
	const char *(*near)(const char *text, char *names, size_t size);
	int max;
};

static enum options_result parse_name(const struct name_kind *kind, const char *text, __u32 *value)
{
	char near[4 * NAME_SIZE];
	int number;

	if (kind->parse(text, &number) && number <= kind->max) {
		*value = (__u32)number;
		return OPTIONS_RUN;
	}
	if (*kind->near(text, near, sizeof(near)))
		log_error("unknown %s \"%s\", did you mean %s?", kind->what, text, near);
	else
		log_error("unknown %s \"%s\"", kind->what, text);
	return OPTIONS_USAGE;
}

static enum options_result parse_family_value(const char *option, const char *text, __u32 *value)
{
	static const struct name_kind kind = { "address family", parse_family, near_families,
					       INT_MAX };

	(void)option;
	return parse_name(&kind, text, value);
}

static enum options_result parse_type_value(const char *option, const char *text, __u32 *value)
{
	static const struct name_kind kind = { "socket type", parse_type, near_types,
					       SOCKET_TYPE_MASK };

	(void)option;
	return parse_name(&kind, text, value);
}

static enum options_result parse_protocol_value(const char *option, const char *text, __u32 *value)
{
	static const struct name_kind kind = { "protocol", parse_protocol, near_protocols,
					       INT_MAX };

	(void)option;
	return parse_name(&kind, text, value);
}

/* A number, or as readlink shows it: "net:[4026531840]". */
static bool parse_inode(const char *text, __u32 *value)
{
	static const char prefix[] = "net:[";
	size_t length = strlen(text);
	bool wrapped = !strncmp(text, prefix, strlen(prefix)) && text[length - 1] == ']';
	char number[16] = "";
	__u64 inode;

	if (wrapped) {
		text += strlen(prefix);
		length -= strlen(prefix) + 1;
	}
	if (length >= sizeof(number))
		return false;
	memcpy(number, text, length);
	if (!number__parse(number, 1, MAX_INODE, &inode))
		return false;
	*value = (__u32)inode;
	return true;
}

static bool is_network_namespace(const char *path)
{
	struct statfs filesystem;
	int fd, type;

	/* Only what is on nsfs may be opened without side effects. */
	if (statfs(path, &filesystem) || filesystem.f_type != NSFS_MAGIC)
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true; /* no permission: take the user's word */
	type = ioctl(fd, NS_GET_NSTYPE);
	close(fd);
	return type < 0 || type == CLONE_NEWNET;
}

static enum options_result parse_netns(const char *option, const char *text, __u32 *value)
{
	struct stat status;

	if (parse_inode(text, value))
		return OPTIONS_RUN;
	if (stat(text, &status)) {
		if (errno == ENOENT && !strchr(text, '/')) {
			log_error("%s: \"%s\" is neither a file nor an inode number", option, text);
			return OPTIONS_USAGE;
		}
		log_error("no network namespace \"%s\": %s", text, strerror(errno));
		return OPTIONS_ERROR;
	}
	if (!is_network_namespace(text)) {
		log_error("\"%s\" is not a network namespace", text);
		return OPTIONS_ERROR;
	}
	*value = (__u32)status.st_ino;
	return OPTIONS_RUN;
}

/* Whether kill() finds it: a process or a thread. */
static enum options_result check_exists(const char *what, __u32 id)
{
	if (!kill((pid_t)id, 0) || errno != ESRCH)
		return OPTIONS_RUN;
	log_error("no %s %u", what, id);
	return OPTIONS_ERROR;
}

static enum options_result check_thread(const char *option, __u32 tid)
{
	(void)option;
	return check_exists("thread", tid);
}

/* The process that a thread belongs to, 0 if it cannot be read. */
static __u32 process_of_thread(__u32 tid)
{
	unsigned int pid = 0;
	char line[256];
	FILE *status;

	snprintf(line, sizeof(line), "/proc/%u/status", tid);
	status = fopen(line, "re");
	if (!status)
		return 0;
	while (!pid && fgets(line, sizeof(line), status)) {
		if (sscanf(line, "Tgid: %u", &pid) != 1)
			pid = 0;
	}
	fclose(status);
	return pid;
}

/* The id of a thread that does not lead its process would never match as a pid. */
static enum options_result check_process(const char *option, __u32 id)
{
	enum options_result result = check_exists("process", id);
	__u32 pid = result == OPTIONS_RUN ? process_of_thread(id) : 0;

	if (!pid || pid == id)
		return result;
	log_error("%u is a thread of process %u: use --tid %u, or %s %u", id, pid, id, option, pid);
	return OPTIONS_ERROR;
}

/*
 * That it is not found is no proof: sockets alone may keep it, and numbers are given out again, to
 * namespaces that are yet to come.
 */
static enum options_result check_netns(const char *option, __u32 inode)
{
	if (net_namespaces__find(inode))
		return OPTIONS_RUN;
	if (inode < NET_NAMESPACES_LEAST_INODE) {
		log_error("%s: no network namespace can have the inode number %u: the least is %u",
			  option, inode, NET_NAMESPACES_LEAST_INODE);
		return OPTIONS_USAGE;
	}
	log_warning("%s: no network namespace with the inode number %u is to be found: no thread "
		    "is in one, and no mount or open file refers to one",
		    option, inode);
	return OPTIONS_RUN;
}

static const struct value_parser parsers[NR_OPTION_VALUES] = {
	[VALUE_PROCESS] = { parse_task, check_process },
	[VALUE_THREAD] = { parse_task, check_thread },
	[VALUE_USER] = { parse_uid, NULL },
	[VALUE_FAMILY] = { parse_family_value, NULL },
	[VALUE_TYPE] = { parse_type_value, NULL },
	[VALUE_PROTOCOL] = { parse_protocol_value, NULL },
	[VALUE_NETNS] = { parse_netns, check_netns },
};

const struct value_parser *filter_values__parser(enum option_value value)
{
	return &parsers[value];
}
