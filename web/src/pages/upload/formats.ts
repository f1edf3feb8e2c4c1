// The formats that an uploaded file may have, in the words of docs/formats.md.

export const FORMATS: Record<string, string> = {
  combined: "Apache or nginx, combined",
  vhost_combined: "Apache, vhost_combined",
  combined_vhost: "combined, then the host",
  combined_extra: "nginx main: combined with further columns",
  combined_s: "combined, then seconds",
  combined_ms: "combined, then milliseconds",
  combined_us: "combined, then microseconds",
  common: "Common Log Format",
  vhost_common: "host, then Common Log Format",
  nginx_json: "nginx, JSON",
  crawlsight: "records as JSON",
  caddy: "Caddy, JSON",
  traefik: "Traefik, text",
  traefik_json: "Traefik, JSON",
  haproxy: "HAProxy",
  envoy: "Envoy or Istio",
  w3c: "IIS and others, W3C with #Fields",
  alb: "AWS Application Load Balancer",
  elb: "AWS classic load balancer",
  s3: "Amazon S3 server access log",
  cloudfront: "CloudFront, text",
  cloudfront_json: "CloudFront, JSON",
  cloudfront_real_time: "CloudFront, real-time",
  cloudflare: "Cloudflare Logpush",
  akamai: "Akamai DataStream 2",
  azure: "Azure Front Door or Application Gateway",
  fastly: "Fastly, Adobe Experience Manager",
  google: "Google Cloud load balancer",
  netlify: "Netlify",
  vercel: "Vercel",
  csv: "CSV with a header",
};

/** Formats that are told by a directive of the web server's configuration. */
export const TEMPLATES: Record<string, { label: string; directive: string; example: string }> = {
  nginx: { label: "nginx, own log_format", directive: "log_format", example: '$remote_addr [$time_local] "$request" …' },
  apache: { label: "Apache, own LogFormat", directive: "LogFormat", example: '%v:%p %h %t "%r" %>s …' },
};

export const wordFormat = (name: string): string => FORMATS[name] ?? name;
