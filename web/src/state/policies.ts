// What a project may keep, and what each choice means.
import type { IpPolicy, Keep, Role } from "../api/types";

export const KEEPS: Record<Keep, { label: string; words: string }> = {
  crawlers: { label: "AI crawlers", words: "Requests of AI crawlers. People and all other bots are dropped; there are no referrals." },
  ai: {
    label: "AI crawlers, search bots, and people from AI assistants",
    words: "Also what AI brings back: people whom an assistant sent. All other people are dropped.",
  },
  all: { label: "Every visit", words: "Everybody, people as well. It needs the most room, and your privacy notice should say so." },
};

export const IP_POLICIES: Record<IpPolicy, { label: string; words: string }> = {
  keep: { label: "Keep", words: "The whole address." },
  mask: { label: "Mask", words: "IPv4 to /24, IPv6 to /48." },
  drop: { label: "Drop", words: "No address at all." },
};

export const ROLES: Record<Role, { label: string; words: string }> = {
  viewer: { label: "Viewer", words: "sees reports, logs and sources" },
  editor: { label: "Editor", words: "also uploads, makes keys, changes settings" },
  owner: { label: "Owner", words: "also manages members and links, deletes the project" },
};
