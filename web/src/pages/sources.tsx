// Sources: whether logs flow, how to connect what is missing, and what was not taken in.
import "../styles/sources.css";
import { Page } from "../components/page";
import { Quarantine } from "./sources/quarantine";
import { Rejected } from "./sources/rejected";
import { SetUp } from "./sources/set-up";
import { SourceList } from "./sources/source-list";

export default function Sources() {
  return (
    <Page title="Sources">
      <SourceList />
      <SetUp />
      <Quarantine />
      <Rejected />
    </Page>
  );
}
