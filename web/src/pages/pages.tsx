// Our Pages: which pages are read, for what, and how many people come back for it; as a list or by folders.
import { useOwn } from "../state/own";
import { PageDetail } from "./page-detail";
import { PageList } from "./pages/list";

export { prefetch } from "./pages/queries";

export default function OurPages() {
  const { get } = useOwn();
  const path = get("page");
  return path === null ? <PageList /> : <PageDetail key={`${get("on")} ${path}`} path={path} host={get("on")} />;
}
