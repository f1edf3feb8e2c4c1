// Crawlers: who reads the site.
import { useOwn } from "../state/own";
import { CrawlerDetail } from "./crawler-detail";
import { CrawlerList } from "./crawlers/list";

export { prefetch } from "./crawlers/queries";

export default function Crawlers() {
  const { get } = useOwn();
  const name = get("crawler");
  return name === null ? <CrawlerList /> : <CrawlerDetail key={name} name={name} />;
}
