// Who is signed in, light or dark, the way out.
import * as Menu from "@radix-ui/react-dropdown-menu";
import { useSession, useSignOut } from "../api/session";
import { chooseTheme, type ThemeChoice, useThemeChoice } from "../theme";

const THEMES: Record<ThemeChoice, string> = { system: "As the system", light: "Light", dark: "Dark" };

export function UserMenu() {
  const { data: session } = useSession();
  const theme = useThemeChoice();
  const signOut = useSignOut();
  const name = session?.user?.name ?? session?.share?.name ?? "";
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className="button button-plain" aria-label={`Menu of ${name}`}>
        <span className="user-name">{name}</span> <span aria-hidden="true">▾</span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className="menu" align="end" sideOffset={4}>
          <Menu.Label className="menu-label">Appearance</Menu.Label>
          <Menu.RadioGroup value={theme} onValueChange={(value) => chooseTheme(value as ThemeChoice)}>
            {(Object.entries(THEMES) as [ThemeChoice, string][]).map(([value, word]) => (
              <Menu.RadioItem key={value} value={value} className="menu-item">
                {word}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Separator className="menu-line" />
          <Menu.Item className="menu-item" asChild>
            <a href="/docs">API documentation</a>
          </Menu.Item>
          <Menu.Item className="menu-item" onSelect={() => signOut.mutate()}>
            Sign out
          </Menu.Item>
          {session?.server && <Menu.Label className="menu-label">Crawlsight {session.server.version}</Menu.Label>}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
