// Referrals.
import { Page } from "../components/page";

export default function Referrals() {
  return <Page title="Referrals">{null}</Page>;
}
