// Every way in, and the page of the documentation that says how to set it up: here it is shown with the own server's
// address, project and key in it.
import type { KeyStyle } from "../../api/types";

export interface Door {
  id: string;
  label: string;
  /** Page in `docs/sources`. */
  page: string;
  /** The one section of the page that is about it, besides what stands before all sections. */
  section?: string;
  style: KeyStyle;
  /** Whether it is somebody else's machine that has to reach this server. */
  isRemote?: boolean;
}

export interface DoorGroup {
  label: string;
  doors: Door[];
}

const remote = (id: string, label: string, page: string, style: KeyStyle, section?: string): Door => ({
  id,
  label,
  page,
  style,
  isRemote: true,
  ...(section ? { section } : {}),
});

export const DOOR_GROUPS: DoorGroup[] = [
  {
    label: "Web server",
    doors: [
      { id: "nginx", label: "nginx", page: "nginx", style: "ank" },
      { id: "apache", label: "Apache", page: "apache", style: "ank" },
      { id: "caddy", label: "Caddy", page: "caddy", style: "ank" },
      { id: "haproxy", label: "HAProxy", page: "haproxy", style: "ank" },
      { id: "traefik", label: "Traefik", page: "traefik", style: "ank" },
      { id: "ship", label: "Other log files", page: "ship", style: "ank" },
    ],
  },
  {
    label: "CDN",
    doors: [
      remote("cloudflare-worker", "Cloudflare Worker", "cloudflare-worker", "bot"),
      remote("cloudflare-logpush", "Cloudflare Logpush", "cloudflare-logpush", "ank"),
      remote("cloudfront", "CloudFront, Firehose", "cloudfront-firehose", "ank"),
      { id: "cloudfront-s3", label: "CloudFront, S3", page: "cloudfront-s3", style: "ank" },
      remote("fastly", "Fastly", "fastly", "ank"),
      remote("akamai", "Akamai", "akamai", "ank"),
      remote("gcp", "Google Cloud", "gcp", "bot"),
    ],
  },
  {
    label: "Platform",
    doors: [
      remote("vercel", "Vercel", "vercel", "ank"),
      remote("netlify", "Netlify edge function", "netlify", "bot", "Edge function"),
      remote("netlify-drain", "Netlify log drain", "netlify", "ank", "Log drain"),
      remote("aem", "Adobe Experience Manager", "aem", "ank"),
      remote("wordpress", "WordPress", "wordpress", "bot"),
    ],
  },
  {
    label: "Log shipper",
    doors: [
      { id: "syslog-ng", label: "syslog-ng", page: "syslog-ng", style: "bot" },
      { id: "fluent-bit", label: "Fluent Bit", page: "fluent-bit", style: "bot" },
      { id: "vector", label: "Vector", page: "vector", style: "bot" },
    ],
  },
  {
    label: "Own program",
    doors: [
      { id: "curl", label: "curl", page: "programs", section: "curl", style: "bot" },
      { id: "python", label: "Python", page: "programs", section: "Python", style: "bot" },
      { id: "node", label: "Node.js", page: "programs", section: "Node.js", style: "bot" },
      { id: "python-middleware", label: "Python middleware", page: "python", style: "ank" },
    ],
  },
];

const DOORS = DOOR_GROUPS.flatMap(({ doors }) => doors);

export const findDoor = (id: string | null): Door | undefined => DOORS.find((door) => door.id === id);

export const findDoorByPage = (page: string): Door | undefined => DOORS.find((door) => door.page === page);

const PAGES = import.meta.glob<string>("../../../../docs/sources/*.md", { query: "?raw", import: "default" });

/** Read the documentation's page of a door. */
export async function readPage(page: string): Promise<string> {
  const read = PAGES[`../../../../docs/sources/${page}.md`];
  if (!read) throw new Error(`there is no page ${page}`);
  return read();
}
