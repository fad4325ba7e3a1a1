import type { Router } from '../http/router.ts';
import type { Platform } from '../platform/platform.ts';
import { fileRules } from './frames.ts';

/** `GET /webdeployments/v1/deployments/{id}/config.json`: what clients read before they connect; every id is a deployment. */
export function addDeploymentConfig(router: Router, platform: Platform): void {
  router.on('GET', '/webdeployments/v1/deployments/{id}/config.json', (call) => {
    const base = `http://${call.req.headers.host ?? new URL(platform.url).host}`;
    call.answer(200, {
      id: call.param(0),
      version: '1',
      languages: ['en-us', 'de'],
      defaultLanguage: 'en-us',
      apiEndpoint: base,
      messenger: {
        enabled: true,
        apps: {
          conversations: {
            messagingEndpoint: base.replace('http', 'ws'),
            showAgentTypingIndicator: true,
            showUserTypingIndicator: true,
            autoStart: { enabled: false },
            conversationDisconnect: { enabled: true, type: 'ReadOnly' },
            conversationClear: { enabled: true },
            notifications: { enabled: false, notificationContentType: 'ExcludeMessagesContent' },
            markdown: { enabled: true },
            humanize: { enabled: false },
          },
        },
        styles: { primaryColor: '#2743b8' },
        launcherButton: { visibility: 'On' },
        homeScreen: { enabled: false },
        fileUpload: {
          enableAttachments: true,
          useSupportedContentProfile: true,
          modes: [{ fileTypes: ['*/*'], maxFileSizeKB: fileRules.maxFileSizeKB }],
        },
      },
      journeyEvents: { enabled: false },
      position: { alignment: 'Auto' },
      auth: { enabled: false, allowSessionUpgrade: false },
      status: 'Active',
    });
  });
}
