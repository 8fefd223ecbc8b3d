// SPDX-License-Identifier: GPL-2.0
#include "options/output_places.h"

#include <errno.h>
#include <limits.h>
#include <linux/major.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "text/log.h"

#define MAX_LINKS	 40		   /* as many as the kernel follows */
#define MAX_PLACES	 (MAX_OUTPUTS + 5) /* ready file, BTF, and three standard descriptors */
#define DESCRIPTION_SIZE (PATH_MAX + 32)

/*
 * A file as the kernel tells it apart. One that doesn't exist yet is told apart by the folder that
 * it is to be made in and by its name there.
 */
struct file_identity {
	bool known;
	dev_t device;
	ino_t inode;
	mode_t mode;
	dev_t special;		 /* which device it is, if it is one */
	char name[NAME_MAX + 1]; /* empty if the file exists */
};

enum place_kind {
	PLACE_WRITTEN,	/* opened by the tool, and emptied then */
	PLACE_STDOUT,	/* standard output as an output: the tool only goes on writing there */
	PLACE_READ,	/* read by the tool */
	PLACE_STANDARD, /* a standard descriptor: the tool or COMMAND may use it */
};

struct place {
	enum place_kind kind;
	const char *what;
	const char *path; /* NULL for standard descriptors */
	struct file_identity identity;
};

struct places {
	struct place places[MAX_PLACES];
	int nr;
};

static void set_identity(struct file_identity *identity, const struct stat *status)
{
	identity->known = true;
	identity->device = status->st_dev;
	identity->inode = status->st_ino;
	identity->mode = status->st_mode;
	identity->special = status->st_rdev;
}

/* Splits a path into the folder, which ends with a slash unless it is empty, and the name there. */
static const char *find_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Replaces the path of a symbolic link by what that points to. False if it is none. */
static bool follow_link(char *path)
{
	char target[PATH_MAX], joined[PATH_MAX];
	ssize_t size = readlink(path, target, sizeof(target) - 1);
	int folder_size = (int)(find_name(path) - path);

	if (size <= 0)
		return false;
	target[size] = '\0';
	if (target[0] == '/')
		folder_size = 0;
	if (snprintf(joined, sizeof(joined), "%.*s%s", folder_size, path, target) >=
	    (int)sizeof(joined))
		return false;
	strcpy(path, joined);
	return true;
}

/* Tells apart a file that does not exist. Links may lead to it. */
static void identify_new(struct file_identity *identity, const char *path)
{
	char at[PATH_MAX];
	struct stat folder;
	const char *name;
	int links = 0;

	if (strlen(path) >= sizeof(at))
		return;
	strcpy(at, path);
	while (follow_link(at)) {
		if (++links > MAX_LINKS)
			return;
	}
	name = find_name(at);
	if (!*name || strlen(name) > NAME_MAX)
		return;
	strcpy(identity->name, name);
	strcpy(at + (name - at), ".");
	if (stat(at, &folder))
		return;
	set_identity(identity, &folder);
	identity->mode = S_IFREG;
}

static void identify(struct file_identity *identity, const char *path)
{
	struct stat status;

	if (!stat(path, &status))
		set_identity(identity, &status);
	else if (errno == ENOENT)
		identify_new(identity, path);
}

static void identify_descriptor(struct file_identity *identity, int fd)
{
	struct stat status;

	if (!fstat(fd, &status))
		set_identity(identity, &status);
}

static void add_path(struct places *places, enum place_kind kind, const char *what,
		     const char *path)
{
	struct place *place = &places->places[places->nr];

	if (!path)
		return;
	*place = (struct place){ .kind = kind, .what = what, .path = path };
	identify(&place->identity, path);
	places->nr++;
}

static void add_descriptor(struct places *places, enum place_kind kind, const char *what, int fd)
{
	struct place *place = &places->places[places->nr++];

	*place = (struct place){ .kind = kind, .what = what };
	identify_descriptor(&place->identity, fd);
}

/* COMMAND inherits the standard descriptors. Without it nothing else writes to standard output. */
static void add_standard(struct places *places, bool stdout_is_output, bool command)
{
	add_descriptor(places, PLACE_STANDARD, "standard input", STDIN_FILENO);
	if (stdout_is_output)
		add_descriptor(places, PLACE_STDOUT, "standard output", STDOUT_FILENO);
	else if (command)
		add_descriptor(places, PLACE_STANDARD, "standard output", STDOUT_FILENO);
	add_descriptor(places, PLACE_STANDARD, "standard error", STDERR_FILENO);
}

/* Whether what is written there stays there, mixed with what others write. */
static bool keeps_output(const struct file_identity *identity)
{
	if (S_ISCHR(identity->mode))
		return major(identity->special) != MEM_MAJOR;
	return S_ISREG(identity->mode) || S_ISFIFO(identity->mode);
}

static bool is_same_file(const struct file_identity *one, const struct file_identity *other)
{
	return one->known && other->known && one->device == other->device &&
	       one->inode == other->inode && !strcmp(one->name, other->name);
}

/* People may well have their messages on the terminal or pipe that an output goes to. */
static bool is_conflict(const struct place *one, const struct place *other)
{
	bool standard = one->kind == PLACE_STANDARD || other->kind == PLACE_STANDARD;

	if (one->kind != PLACE_WRITTEN && other->kind != PLACE_WRITTEN)
		return false;
	if (!is_same_file(&one->identity, &other->identity) || !keeps_output(&one->identity))
		return false;
	return !standard || S_ISREG(one->identity.mode);
}

static const char *describe(const struct place *place, char *text)
{
	if (place->path)
		snprintf(text, DESCRIPTION_SIZE, "%s \"%s\"", place->what, place->path);
	else
		snprintf(text, DESCRIPTION_SIZE, "%s", place->what);
	return text;
}

static enum options_result explain(const struct place *one, const struct place *other)
{
	char text[DESCRIPTION_SIZE], other_text[DESCRIPTION_SIZE];

	log_error("%s and %s are the same file: name another for one of them", describe(one, text),
		  describe(other, other_text));
	return OPTIONS_USAGE;
}

static enum options_result check_identities(const struct places *places)
{
	int i, j;

	for (i = 1; i < places->nr; i++) {
		for (j = 0; j < i; j++) {
			if (is_conflict(&places->places[j], &places->places[i]))
				return explain(&places->places[j], &places->places[i]);
		}
	}
	return OPTIONS_RUN;
}

static bool is_same_path(const char *path, const char *other)
{
	return path && other ? !strcmp(path, other) : path == other;
}

/* Outputs to the same path, or to standard output: also where nothing can be learnt of the file. */
static enum options_result check_paths(const struct presentation *presentation)
{
	const struct output_request *outputs = presentation->outputs;
	int i, j;

	for (i = 1; i < presentation->nr_outputs; i++) {
		for (j = 0; j < i; j++) {
			if (!is_same_path(outputs[i].path, outputs[j].path))
				continue;
			if (outputs[i].path)
				log_error("two outputs go to \"%s\": name another file for one",
					  outputs[i].path);
			else
				log_error("two outputs go to standard output: name a file for one");
			return OPTIONS_USAGE;
		}
	}
	return OPTIONS_RUN;
}

enum options_result output_places__check(const struct options *options)
{
	const struct presentation *presentation = &options->presentation;
	struct places places = { .nr = 0 };
	bool stdout_is_output = false;
	int i;

	if (check_paths(presentation) != OPTIONS_RUN)
		return OPTIONS_USAGE;
	for (i = 0; i < presentation->nr_outputs; i++) {
		stdout_is_output |= !presentation->outputs[i].path;
		add_path(&places, PLACE_WRITTEN, "output", presentation->outputs[i].path);
	}
	add_path(&places, PLACE_WRITTEN, "--ready-file", options->run.ready_file);
	add_path(&places, PLACE_READ, "--btf", options->selection.btf);
	add_standard(&places, stdout_is_output, options->run.command != NULL);
	return check_identities(&places);
}
