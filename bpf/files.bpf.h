/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers for files, and their paths. bpf_d_path() is not for the functions that are observed here,
 * so the path is put together from its components. That takes a while, and so is done once a file.
 */
#ifndef FILES_BPF_H
#define FILES_BPF_H

#include "probe.bpf.h"

#define MAX_COMPONENTS	32    /* of a path, with mounts */
#define MNT_NS_INTERNAL (-22) /* ERR_PTR(-EINVAL): include/linux/mount.h, fs/mount.h */

/* A part, sec or nsec, of the time of the last change of a file: FEATURE_MTIME_FIELDS. */
#define READ_MTIME(inode, part)                                                                     \
	(bpf_core_field_exists((inode)->i_mtime_##part) ? BPF_CORE_READ(inode, i_mtime_##part)      \
	 : bpf_core_field_exists((inode)->__i_mtime)	? BPF_CORE_READ(inode, __i_mtime.tv_##part) \
							: BPF_CORE_READ(inode, i_mtime.tv_##part))

static __always_inline struct mount *files__mount(struct vfsmount *mnt)
{
	return (void *)mnt - bpf_core_field_offset(struct mount, mnt);
}

/* Where a walk to the root of the mount namespace has got to. */
struct path_walk {
	struct dentry *dentry;
	struct vfsmount *mnt;
};

/* Go on to where the mount is mounted. Return false if that is the root of the mount namespace. */
static __always_inline bool files__leave_mount(struct path_walk *walk)
{
	struct mount *mount = files__mount(walk->mnt);
	struct mount *parent = BPF_CORE_READ(mount, mnt_parent);

	if (parent == mount)
		return false;
	walk->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
	walk->mnt = (void *)parent + bpf_core_field_offset(struct mount, mnt);
	return true;
}

/* Write the components of a path, the innermost one first. Return false where some are left out. */
static __always_inline bool files__write_path(struct wire_file *file, struct path_walk walk)
{
	u32 i;

	NOT_UNROLLED
	for (i = 0; i < MAX_COMPONENTS; i++) {
		/* Copies: BPF_CORE_READ() would look for the members of struct path_walk in BTF. */
		struct dentry *dentry = walk.dentry, *parent;
		struct vfsmount *mnt = walk.mnt;
		long length;
		u32 size;

		if (dentry == BPF_CORE_READ(mnt, mnt_root)) {
			if (!files__leave_mount(&walk))
				return true;
			continue;
		}
		/* From memory, so that the verifier does not follow every length that it may have.
		 */
		size = *(volatile u32 *)&file->path_size;
		if (size >= WIRE_PATH_SIZE)
			return false;
		length = bpf_probe_read_kernel_str(file->path + size, WIRE_COMPONENT_LEN,
						   BPF_CORE_READ(dentry, d_name.name));
		if (length <= 0)
			return false;
		file->path_size = size + length;
		parent = BPF_CORE_READ(dentry, d_parent);
		if (parent == dentry) /* of no folder: a memfd */
			return true;
		walk.dentry = parent;
	}
	return false;
}

static __always_inline bool files__is_unlinked(struct dentry *dentry)
{
	return !BPF_CORE_READ(dentry, d_hash.pprev);
}

/*
 * Whether a mount is one of the kernel's own, which no path leads to. overlayfs has such mounts of
 * its layers.
 */
static __always_inline bool files__is_internal(struct vfsmount *mnt)
{
	return (s64)BPF_CORE_READ(files__mount(mnt), mnt_ns) == MNT_NS_INTERNAL;
}

/*
 * The path by which a process has opened a file: FEATURE_USER_PATH. What is mapped of a file on
 * overlayfs is a file of the layer below. Its path was that of the overlay until 6.6. That a struct
 * file is part of a struct backing_file is told by a bit of f_mode, which is another one in each
 * release. So it is told by its mount, and by a path that lies behind it and is one: other files on
 * internal mounts, as those of memfd_create(), have something else there.
 */
static __always_inline struct path_walk files__path(struct file *file)
{
	struct backing_file *backing = (struct backing_file *)file;
	struct path_walk path = { BPF_CORE_READ(file, f_path.dentry),
				  BPF_CORE_READ(file, f_path.mnt) };
	struct dentry *dentry;
	struct vfsmount *mnt;
	struct super_block *sb;

	if (!bpf_core_field_exists(backing->user_path) || !files__is_internal(path.mnt))
		return path;
	dentry = BPF_CORE_READ(backing, user_path.dentry);
	mnt = BPF_CORE_READ(backing, user_path.mnt);
	sb = BPF_CORE_READ(dentry, d_sb);
	if (!sb || sb != BPF_CORE_READ(mnt, mnt_sb))
		return path;
	return (struct path_walk){ dentry, mnt };
}

/* Send a file's number and path. Return false if there is no room. */
static __always_inline bool files__send(struct file *file, u32 number)
{
	struct wire_file *sent = bpf_ringbuf_reserve(&records, sizeof(*sent), 0);
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct path_walk walk = files__path(file);

	if (!sent)
		return false;
	sent->version = WIRE_FILE_VERSION;
	sent->flags = files__is_unlinked(walk.dentry) ? WIRE_FILE_DELETED : 0;
	sent->number = number;
	sent->device = BPF_CORE_READ(inode, i_sb, s_dev);
	sent->path_size = 0;
	sent->inode = BPF_CORE_READ(inode, i_ino);
	sent->size = BPF_CORE_READ(inode, i_size);
	sent->reserved = 0;
	sent->modified_sec = READ_MTIME(inode, sec);
	sent->modified_nsec = READ_MTIME(inode, nsec);
	if (!files__write_path(sent, walk))
		sent->flags |= WIRE_FILE_CUT;
	bpf_ringbuf_submit(sent, BPF_RB_NO_WAKEUP);
	return true;
}

/* One number for two. What differs in one of them differs in all bits: both factors are odd. */
static __always_inline u64 files__mix(u64 one, u64 other)
{
	return (one * 0x9e3779b97f4a7c15ULL ^ other) * 0xbf58476d1ce4e5b9ULL;
}

/* One number for a dentry as long as it has its name. */
static __always_inline u64 files__read_name(struct dentry *dentry)
{
	return files__mix((u64)dentry, (u64)BPF_CORE_READ(dentry, d_parent)) ^
	       BPF_CORE_READ(dentry, d_name.hash_len);
}

/* Likewise for a file until it is written again, as when a program is copied over another. */
static __always_inline u64 files__read_version(struct inode *inode)
{
	return files__mix(READ_MTIME(inode, nsec), BPF_CORE_READ(inode, i_size));
}

/* Likewise for a mount as long as it lies where it is: an address is soon used again. */
static __always_inline u64 files__read_mount(struct vfsmount *mnt)
{
	struct mount *mount = files__mount(mnt);

	return files__mix((u64)mnt, (u64)BPF_CORE_READ(mount, mnt_mountpoint)) ^
	       (u64)BPF_CORE_READ(mount, mnt_parent);
}

static __always_inline void files__read_key(struct file *file, struct file_key *key)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct path_walk path = files__path(file);

	key->name = files__read_name(path.dentry) ^ files__read_version(inode);
	key->mount = files__read_mount(path.mnt);
	key->inode = BPF_CORE_READ(inode, i_ino);
	key->device = BPF_CORE_READ(inode, i_sb, s_dev);
	key->generation = BPF_CORE_READ(inode, i_generation);
}

/*
 * Whether the user side still knows a number: it keeps the files that got one last. Those that are
 * met again and again get another one in time.
 */
static __always_inline bool files__is_kept(u32 number)
{
	u32 latest = state.nr_files % WIRE_MAX_FILE;

	return (latest + WIRE_MAX_FILE - number) % WIRE_MAX_FILE < NR_FILES / 2;
}

/*
 * The number of a file, of which the path has been sent by now, or 0 if that found no room. It
 * takes the address of a struct file that the caller knows to exist.
 */
GLOBAL u32 files__number(u64 address)
{
	struct file *file = (struct file *)address;
	struct file_key key = {};
	u32 number, *known;

	if (!config.files)
		return 0;
	files__read_key(file, &key);
	known = bpf_map_lookup_elem(&files, &key);
	if (known && files__is_kept(*known))
		return *known;
	number = compat__next_number(&state.nr_files) % WIRE_MAX_FILE + 1;
	if (!files__send(file, number))
		return 0;
	bpf_map_update_elem(&files, &key, &number, BPF_ANY);
	return number;
}

#endif /* FILES_BPF_H */
