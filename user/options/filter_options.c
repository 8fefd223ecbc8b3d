// SPDX-License-Identifier: GPL-2.0
#include "options/filter_options.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "options/filter_values.h"
#include "text/log.h"
#include "text/number.h"

#define NS_DIGITS 3 /* of a microsecond */

enum filter_kind {
	KIND_NUMBERS,
	KIND_PROCESSES = KIND_NUMBERS, /* on the command line */
	KIND_COMMS,
	KIND_EXES,
	KIND_CGROUPS,
	KIND_FLAG,
	KIND_LEAST,
};

struct filter_row {
	enum filter_kind kind;
	size_t member; /* offset in struct filter */
};

/* The first options are those of the filters. */
static const struct filter_row rows[] = {
#define FILTER(id, member_, kind_, ...) \
	[OPTION_##id] = { .kind = KIND_##kind_, .member = offsetof(struct filter, member_) },
#include "shared/filters.def"
};

#define NR_ROWS ((int)(sizeof(rows) / sizeof(rows[0])))

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

static enum options_result add_number(struct filter_values *values, enum option_id option,
				      const char *name, const char *text)
{
	enum option_value kind = options_table[option].value;
	__u32 value = 0;
	enum options_result result = filter_values__parser(kind)->parse(name, text, &value);
	__u32 i;

	if (result != OPTIONS_RUN)
		return result;
	for (i = 0; i < values->nr; i++) {
		if (values->values[i] == value)
			return OPTIONS_RUN;
	}
	if (values->nr == FILTER_MAX_VALUES)
		return too_many(name, FILTER_MAX_VALUES);
	values->values[values->nr++] = value;
	return OPTIONS_RUN;
}

/* The kernel keeps 15 bytes of a name and ends them with a NUL. */
static enum options_result add_comm(struct filter_comms *comms, const char *name, const char *text)
{
	char comm[WIRE_COMM_LEN] = "";
	__u32 i;

	memcpy(comm, text, strnlen(text, WIRE_COMM_LEN - 1));
	for (i = 0; i < comms->nr; i++) {
		if (!memcmp(comms->values[i], comm, sizeof(comm)))
			return OPTIONS_RUN;
	}
	if (comms->nr == FILTER_MAX_COMMS)
		return too_many(name, FILTER_MAX_COMMS);
	memcpy(comms->values[comms->nr++], comm, sizeof(comm));
	return OPTIONS_RUN;
}

static enum options_result add_exe_path(struct selection *selection, const char *name,
					const char *path)
{
	char *copy;

	if (selection->nr_exe_paths == FILTER_MAX_EXES)
		return too_many(name, FILTER_MAX_EXES);
	copy = strdup(path);
	if (!copy)
		return out_of_memory();
	selection->exe_paths[selection->nr_exe_paths++] = copy;
	return OPTIONS_RUN;
}

static enum options_result add_exe_name(struct filter_exes *exes, const char *name,
					const char *text)
{
	size_t length = strlen(text);

	if (length > NAME_MAX) {
		log_error("%s: no file's name has more than %d bytes", name, NAME_MAX);
		return OPTIONS_USAGE;
	}
	if (exes->nr_names == FILTER_MAX_EXES)
		return too_many(name, FILTER_MAX_EXES);
	memcpy(exes->names[exes->nr_names++], text, length);
	return OPTIONS_RUN;
}

/* A path has a slash in it, a name has none. */
static enum options_result add_exe(struct selection *selection, struct filter_exes *exes,
				   const char *name, const char *text)
{
	enum options_result result = strchr(text, '/') ? add_exe_path(selection, name, text)
						       : add_exe_name(exes, name, text);

	exes->nr = exes->nr_names + selection->nr_exe_paths;
	return result;
}

static enum options_result add_cgroup(struct selection *selection, __u32 *nr, const char *name,
				      const char *path)
{
	char *copy;

	if (*nr == FILTER_MAX_VALUES)
		return too_many(name, FILTER_MAX_VALUES);
	copy = strdup(path);
	if (!copy)
		return out_of_memory();
	selection->cgroups[(*nr)++] = copy;
	return OPTIONS_RUN;
}

/* In microseconds, with fractions. */
static enum options_result set_least(__u64 *least, const char *name, const char *text)
{
	if (number__parse_fraction(text, NS_DIGITS, (__u64)-1, least))
		return OPTIONS_RUN;
	log_error("%s: \"%s\" is not a number of microseconds", name, text);
	return OPTIONS_USAGE;
}

/* Adds one value of a list. */
static enum options_result add_value(struct selection *selection, enum option_id option,
				     const char *name, const char *text)
{
	void *member = (char *)&selection->filter + rows[option].member;

	switch (rows[option].kind) {
	case KIND_NUMBERS:
		return add_number(member, option, name, text);
	case KIND_COMMS:
		return add_comm(member, name, text);
	case KIND_EXES:
		return add_exe(selection, member, name, text);
	case KIND_CGROUPS:
		return add_cgroup(selection, member, name, text);
	default:
		return OPTIONS_RUN;
	}
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

static enum options_result add_list(struct selection *selection, enum option_id option,
				    const char *name, const char *list)
{
	enum options_result result = OPTIONS_RUN;
	char *value = malloc(strlen(list) + 1);
	const char *whole = list;

	if (!value)
		return out_of_memory();
	while (list && result == OPTIONS_RUN) {
		const char *rest = take_value(list, value);

		if (*value) {
			result = add_value(selection, option, name, value);
		} else {
			log_error("%s: empty value in the list \"%s\"", name, whole);
			result = OPTIONS_USAGE;
		}
		list = rest;
	}
	free(value);
	return result;
}

enum options_result filter_options__add(struct options *options, enum option_id option,
					const char *value)
{
	void *member = (char *)&options->selection.filter + rows[option].member;
	char name[OPTION_NAME_SIZE];

	option__name(option, name);
	switch (rows[option].kind) {
	case KIND_FLAG:
		*(__u32 *)member = 1;
		return OPTIONS_RUN;
	case KIND_LEAST:
		return set_least(member, name, value);
	default:
		return add_list(&options->selection, option, name, value);
	}
}

static enum options_result check_numbers(const struct filter_values *values, enum option_id option)
{
	const struct value_parser *parser = filter_values__parser(options_table[option].value);
	enum options_result result = OPTIONS_RUN;
	char name[OPTION_NAME_SIZE];
	__u32 i;

	option__name(option, name);
	for (i = 0; parser->check && result == OPTIONS_RUN && i < values->nr; i++)
		result = parser->check(name, values->values[i]);
	return result;
}

static enum options_result check_cgroups(const struct selection *selection)
{
	unsigned int i;

	for (i = 0; i < selection->filter.nr_cgroups; i++) {
		struct stat status;

		if (!stat(selection->cgroups[i], &status)) {
			if (S_ISDIR(status.st_mode))
				continue;
			errno = ENOTDIR;
		}
		log_error("no cgroup \"%s\": %s", selection->cgroups[i], strerror(errno));
		return OPTIONS_ERROR;
	}
	return OPTIONS_RUN;
}

static bool is_script(const char *path)
{
	char start[2] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool is = fd >= 0 && read(fd, start, sizeof(start)) == sizeof(start) &&
		  !memcmp(start, "#!", sizeof(start));

	if (fd >= 0)
		close(fd);
	return is;
}

static enum options_result check_exe(const char *name, const char *path)
{
	struct stat status;

	if (stat(path, &status)) {
		log_error("%s: no file \"%s\": %s", name, path, strerror(errno));
		return OPTIONS_ERROR;
	}
	if (!S_ISREG(status.st_mode)) {
		log_error("%s: \"%s\" is not a file that can be executed", name, path);
		return OPTIONS_ERROR;
	}
	if (is_script(path)) {
		log_error("%s: \"%s\" is a script: what processes execute is its interpreter", name,
			  path);
		return OPTIONS_ERROR;
	}
	return OPTIONS_RUN;
}

static enum options_result check_exes(const struct selection *selection)
{
	enum options_result result = OPTIONS_RUN;
	char name[OPTION_NAME_SIZE];
	unsigned int i;

	option__name(OPTION_EXE, name);
	for (i = 0; result == OPTIONS_RUN && i < selection->nr_exe_paths; i++)
		result = check_exe(name, selection->exe_paths[i]);
	return result;
}

enum options_result filter_options__check(const struct options *options)
{
	const struct selection *selection = &options->selection;
	enum options_result result = OPTIONS_RUN;
	int row;

	for (row = 0; result == OPTIONS_RUN && row < NR_ROWS; row++) {
		const void *member = (const char *)&selection->filter + rows[row].member;

		if (rows[row].kind == KIND_NUMBERS)
			result = check_numbers(member, row);
	}
	if (result == OPTIONS_RUN)
		result = check_exes(selection);
	return result == OPTIONS_RUN ? check_cgroups(selection) : result;
}

void filter_options__free(struct options *options)
{
	struct selection *selection = &options->selection;

	while (selection->filter.nr_cgroups)
		free((char *)selection->cgroups[--selection->filter.nr_cgroups]);
	while (selection->nr_exe_paths)
		free((char *)selection->exe_paths[--selection->nr_exe_paths]);
}
