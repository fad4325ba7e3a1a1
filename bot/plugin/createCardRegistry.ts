import { anyPublicHost, type UrlPolicy } from '../../cards/richText/urlPolicy.ts';
import { loadTemplates } from '../../cards/templates/loadTemplates.ts';
import { ownTemplatesDir } from '../../cards/templates/readTemplates.ts';
import { TemplateRegistry } from '../../cards/templates/registry.ts';

/** Where card templates are, and where their links may lead. */
export interface CardRegistryOptions {
  /** Folders with templates besides those that come with the package. */
  templateDirs?: readonly string[];
  /** Allowed hosts of links and pictures; default: any public https host. */
  policy?: UrlPolicy;
}

/**
 * Loads the card templates.
 *
 * @throws CodedError `template.*` for the first one that is wrong
 */
export function createCardRegistry({
  templateDirs = [],
  policy = anyPublicHost,
}: CardRegistryOptions = {}): TemplateRegistry {
  return new TemplateRegistry(loadTemplates([ownTemplatesDir, ...templateDirs], policy));
}
