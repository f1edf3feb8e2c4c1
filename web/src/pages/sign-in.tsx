// Sign in.
import { Page } from "../components/page";

export default function SignIn() {
  return <Page title="Sign in">{null}</Page>;
}
