import { Link } from "wouter";
import { useView } from "../state/use-view";
import { Page } from "./page";

export function NotFound() {
  const { href } = useView();
  return (
    <Page title="No such page">
      <div className="note">
        <strong>There is no page at this address.</strong>
        <p>
          <Link href={href("/")}>Go to Server Logs</Link>
        </p>
      </div>
    </Page>
  );
}
