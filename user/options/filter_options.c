// SPDX-License-Identifier: GPL-2.0
#include "options/filter_options.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "names/names.h"
#include "names/uid.h"
#include "text/log.h"
#include "text/number.h"

#define MAX_UID	  0xfffffffeU /* the one above stands for "none" */
#define MAX_INODE 0xffffffffU /* namespaces have 32-bit inode numbers */

static enum options_result out_of_memory(void)
{
	log_error("out of memory");
	return OPTIONS_ERROR;
}

static enum options_result too_many(const char *option, unsigned int limit)
{
	log_error("%s takes at most %u values", option, limit);
	return OPTIONS_USAGE;
}

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

static enum options_result add_number(struct filter_values *values, const char *option, __u32 value)
{
	__u32 i;

	for (i = 0; i < values->nr; i++) {
		if (values->values[i] == value)
			return OPTIONS_RUN;
	}
	if (values->nr == FILTER_MAX_VALUES)
		return too_many(option, FILTER_MAX_VALUES);
	values->values[values->nr++] = value;
	return OPTIONS_RUN;
}

/* The kernel keeps 15 bytes of a name and ends them with a NUL. */
static enum options_result add_comm(struct filter_comms *comms, const char *text)
{
	char comm[WIRE_COMM_LEN] = "";
	__u32 i;

	memcpy(comm, text, strnlen(text, WIRE_COMM_LEN - 1));
	for (i = 0; i < comms->nr; i++) {
		if (!memcmp(comms->values[i], comm, sizeof(comm)))
			return OPTIONS_RUN;
	}
	if (comms->nr == FILTER_MAX_COMMS)
		return too_many("--comm", FILTER_MAX_COMMS);
	memcpy(comms->values[comms->nr++], comm, sizeof(comm));
	return OPTIONS_RUN;
}

static enum options_result add_cgroup(struct options *options, const char *path)
{
	char *copy;

	if (options->selection.nr_cgroups == FILTER_MAX_VALUES)
		return too_many("--cgroup", FILTER_MAX_VALUES);
	copy = strdup(path);
	if (!copy)
		return out_of_memory();
	options->selection.cgroups[options->selection.nr_cgroups++] = copy;
	return OPTIONS_RUN;
}

typedef enum options_result (*parse_function)(const char *option, const char *text, __u32 *value);

static enum options_result add_parsed(struct filter_values *values, const char *option,
				      parse_function parse, const char *text)
{
	__u32 value = 0;
	enum options_result result = parse(option, text, &value);

	return result == OPTIONS_RUN ? add_number(values, option, value) : result;
}

static const char *const option_names[] = {
	[FILTER_PID] = "--pid",		  [FILTER_TID] = "--tid",	[FILTER_UID] = "--uid",
	[FILTER_COMM] = "--comm",	  [FILTER_FAMILY] = "--family", [FILTER_TYPE] = "--type",
	[FILTER_PROTOCOL] = "--protocol", [FILTER_CGROUP] = "--cgroup", [FILTER_NETNS] = "--netns",
};

static enum options_result add_value(struct options *options, enum filter_option option,
				     const char *text)
{
	struct filter *filter = &options->selection.filter;
	const char *name = option_names[option];

	switch (option) {
	case FILTER_PID:
		return add_parsed(&filter->pids, name, parse_task, text);
	case FILTER_TID:
		return add_parsed(&filter->tids, name, parse_task, text);
	case FILTER_UID:
		return add_parsed(&filter->uids, name, parse_uid, text);
	case FILTER_COMM:
		return add_comm(&filter->comms, text);
	case FILTER_FAMILY:
		return add_parsed(&filter->families, name, parse_family_value, text);
	case FILTER_TYPE:
		return add_parsed(&filter->types, name, parse_type_value, text);
	case FILTER_PROTOCOL:
		return add_parsed(&filter->protocols, name, parse_protocol_value, text);
	case FILTER_CGROUP:
		return add_cgroup(options, text);
	case FILTER_NETNS:
		return add_parsed(&filter->netns, name, parse_netns, text);
	}
	return OPTIONS_USAGE;
}

/*
 * Copies the first value of the list to value, which has room for the whole list. Returns what
 * follows its comma, or NULL if it was the last.
 */
static const char *take_value(const char *list, char *value)
{
	while (*list && *list != ',') {
		if (list[0] == '\\' && (list[1] == ',' || list[1] == '\\'))
			list++;
		*value++ = *list++;
	}
	*value = '\0';
	return *list ? list + 1 : NULL;
}

enum options_result filter_options__add(struct options *options, enum filter_option option,
					const char *list)
{
	enum options_result result = OPTIONS_RUN;
	char *value = malloc(strlen(list) + 1);
	const char *whole = list;

	if (!value)
		return out_of_memory();
	while (list && result == OPTIONS_RUN) {
		const char *rest = take_value(list, value);

		if (*value) {
			result = add_value(options, option, value);
		} else {
			log_error("%s: empty value in the list \"%s\"", option_names[option],
				  whole);
			result = OPTIONS_USAGE;
		}
		list = rest;
	}
	free(value);
	return result;
}

static enum options_result check_exists(const struct filter_values *ids, const char *what)
{
	__u32 i;

	for (i = 0; i < ids->nr; i++) {
		if (!kill((pid_t)ids->values[i], 0) || errno != ESRCH)
			continue;
		log_error("no %s %u", what, ids->values[i]);
		return OPTIONS_ERROR;
	}
	return OPTIONS_RUN;
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
static enum options_result check_processes(const struct filter_values *pids)
{
	enum options_result result = check_exists(pids, "process");
	__u32 i;

	for (i = 0; result == OPTIONS_RUN && i < pids->nr; i++) {
		__u32 pid = process_of_thread(pids->values[i]);

		if (!pid || pid == pids->values[i])
			continue;
		log_error("%u is a thread of process %u: use --tid %u, or --pid %u",
			  pids->values[i], pid, pids->values[i], pid);
		return OPTIONS_ERROR;
	}
	return result;
}

static enum options_result check_cgroups(const struct options *options)
{
	unsigned int i;

	for (i = 0; i < options->selection.nr_cgroups; i++) {
		struct stat status;

		if (!stat(options->selection.cgroups[i], &status)) {
			if (S_ISDIR(status.st_mode))
				continue;
			errno = ENOTDIR;
		}
		log_error("no cgroup \"%s\": %s", options->selection.cgroups[i], strerror(errno));
		return OPTIONS_ERROR;
	}
	return OPTIONS_RUN;
}

enum options_result filter_options__check(const struct options *options)
{
	enum options_result result = check_processes(&options->selection.filter.pids);

	if (result == OPTIONS_RUN)
		result = check_exists(&options->selection.filter.tids, "thread");
	if (result == OPTIONS_RUN)
		result = check_cgroups(options);
	return result;
}

void filter_options__free(struct options *options)
{
	while (options->selection.nr_cgroups)
		free((char *)options->selection.cgroups[--options->selection.nr_cgroups]);
}
